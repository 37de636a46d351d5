//! Checking a query against a schema.

use crate::{
    checks,
    findings::Findings,
    labels::{Has, has},
    lint_rule::LintRule,
    node::Node,
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
        find(schema, self.root(), printed, allowed).panic(place);
        self
    }

    /// Whether the series that it answers have this label, as far as the catalogue or schema knows.
    pub fn has_label(&self, schema: impl Into<Schema>, label: &str) -> bool {
        matches!(has(&schema.into(), self.root(), label), Has::Yes)
    }
}

/// Every mistake of a query and of the templates that print its labels, but what is silenced.
pub fn mistakes<'a>(
    schema: &Schema,
    root: &'a Node<'a>,
    printed: &[&str],
    allowed: &[LintRule],
) -> Vec<(LintRule, String)> {
    find(schema, root, printed, allowed).iter().map(|(rule, message)| (rule, message.text().to_owned())).collect()
}

const fn find<'a, 'f>(schema: &Schema, root: &'a Node<'a>, printed: &[&str], allowed: &'f [LintRule]) -> Findings<'f> {
    let mut found = Findings::new(allowed);
    checks::check(schema, root, &mut found);
    checks::template(schema, root, printed, &mut found);
    found
}
