//! Checking a query against a schema.

use crate::{
    check::check,
    checks::template_label,
    context::Context,
    findings::Findings,
    infer::{LabelPresence, infer},
    lint_rule::LintRule,
    node::Tree,
    query::Query,
    schema::Schema,
};

impl Query {
    /// Checks the query and the labels that templates print of it, but for some checks. A `place` begins the message.
    ///
    /// # Panics
    ///
    /// If it asks for what the catalogue does not have; in a `const` that is a compile error.
    #[doc(hidden)]
    #[track_caller]
    pub const fn checked(self, schema: &Schema, place: &str, printed: &[&str], allowed: &[LintRule]) -> Self {
        find(schema, self.tree(), printed, allowed).panic(place);
        self
    }

    /// Whether the series that it answers have this label, as far as the catalogue or schema knows.
    pub fn has_label(&self, schema: impl Into<Schema>, label: &str) -> bool {
        let context = Context { schema: &schema.into(), names: self.tree().names };
        matches!(infer(&context, self.tree().root).presence(&context, label), LabelPresence::Yes)
    }
}

/// Every mistake of a query and of the templates that print its labels, but what is silenced.
pub fn mistakes(schema: &Schema, query: &Tree<'_>, printed: &[&str], allowed: &[LintRule]) -> Vec<(LintRule, String)> {
    find(schema, query, printed, allowed).iter().map(|(rule, message)| (rule, message.text().to_owned())).collect()
}

const fn find<'f>(schema: &Schema, query: &Tree<'_>, printed: &[&str], allowed: &'f [LintRule]) -> Findings<'f> {
    let mut found = Findings::new(allowed);
    let context = Context { schema, names: query.names };
    let series = check(&context, query.root, &mut found);
    template_label(&context, &series, printed, &mut found);
    found
}
