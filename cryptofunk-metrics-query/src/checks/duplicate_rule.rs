use std::collections::{BTreeMap, BTreeSet};

/// What the rules of a file have defined: a name, with these labels.
#[derive(Default)]
pub(crate) struct Defined<'f>(BTreeSet<(&'static str, &'f str, &'f BTreeMap<String, String>)>);

impl<'f> Defined<'f> {
    /// Adds a rule; one of the same key, name and labels that stands before it is a mistake.
    pub(crate) fn duplicate_rule(
        &mut self,
        key: &'static str,
        name: &'f str,
        labels: &'f BTreeMap<String, String>,
    ) -> Option<String> {
        let message =
            "there is another one of this name with the same labels; rename one, or tell them apart by a label";
        (!self.0.insert((key, name, labels))).then(|| message.to_owned())
    }
}
