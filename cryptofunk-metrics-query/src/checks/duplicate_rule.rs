use std::collections::{BTreeMap, BTreeSet};

/// What the rules of a file have defined: a name, with these labels. Of records also which series they answer, for two may
/// record different series under one name.
#[derive(Default)]
pub(crate) struct Defined(BTreeSet<(&'static str, String, BTreeMap<String, String>, String)>);

impl Defined {
    /// Adds a rule; one of the same key, name, labels and series that stands before it is a mistake.
    pub(crate) fn duplicate_rule(
        &mut self,
        key: &'static str,
        name: &str,
        labels: &BTreeMap<String, String>,
        series: String,
    ) -> Option<String> {
        let message =
            "there is another one of this name with the same labels; rename one, or tell them apart by a label";
        (!self.0.insert((key, name.to_owned(), labels.clone(), series))).then(|| message.to_owned())
    }
}
