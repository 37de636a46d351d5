//! Checking a query against a schema.

use std::ops::Range;

use crate::{
    check::check,
    checks::template_label,
    context::Context,
    deep,
    findings::{Findings, TOLD},
    infer::{infer, presence},
    lint_rule::LintRule,
    node::Tree,
    presence::LabelPresence,
    query::Query,
    schema::Schema,
};

/// How many mistakes of one query are told; of more it is told how many.
const MOST: usize = 1024;

/// A mistake of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFinding {
    /// Which check found it.
    pub rule: LintRule,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// Where it stands in the text, in bytes; nothing if variables stand in it, or the query as a whole is meant.
    pub span: Option<Range<usize>>,
}

impl Query {
    /// Checks the query and the labels that templates print of it, but for some checks. A `place` begins the message.
    ///
    /// # Panics
    ///
    /// If it asks for what the catalogue does not have; in a `const` that is a compile error.
    #[doc(hidden)]
    #[track_caller]
    pub const fn checked(self, schema: &Schema, place: &str, printed: &[&str], allowed: &[LintRule]) -> Self {
        let mut room = [const { None }; TOLD];
        let mut found = Findings::new(allowed, &mut room);
        find(schema, self.tree(), printed, &mut found);
        found.panic(place);
        self
    }

    /// Whether the series that it answers have this label, as far as the catalogue or schema knows.
    pub fn has_label(&self, schema: impl Into<Schema>, label: &str) -> bool {
        let schema = schema.into();
        let context = Context::new(&schema, self.tree().names);
        deep::run(self.tree().root, || {
            matches!(presence(&context, &infer(&context, self.tree().root), label), LabelPresence::Yes)
        })
    }
}

/// Every mistake of a query and of the templates that print its labels, but what is silenced.
pub fn mistakes(schema: &Schema, query: &Tree<'_>, printed: &[&str], allowed: &[LintRule]) -> Vec<(LintRule, String)> {
    query_findings(schema, query, printed, allowed).into_iter().map(|finding| (finding.rule, finding.message)).collect()
}

/// Every mistake of a query and of the templates that print its labels, but what is silenced, with its place.
pub fn query_findings(schema: &Schema, query: &Tree<'_>, printed: &[&str], allowed: &[LintRule]) -> Vec<QueryFinding> {
    deep::run(query.root, || {
        let mut room = vec![None; TOLD];
        loop {
            let mut found = Findings::new(allowed, &mut room);
            find(schema, query, printed, &mut found);
            let more = found.more();
            if more > 0 && found.len() < MOST {
                room = vec![None; (found.len() + more).min(MOST)];
                continue;
            }
            let mut findings: Vec<QueryFinding> = found
                .iter()
                .map(|finding| QueryFinding {
                    rule: finding.rule,
                    message: finding.message.text().to_owned(),
                    span: finding.span.range(),
                })
                .collect();
            if let (1.., Some(last)) = (more, findings.last()) {
                let message = format!("{more} more findings of this query are left out");
                findings.push(QueryFinding { rule: last.rule, message, span: None });
            }
            return findings;
        }
    })
}

const fn find(schema: &Schema, query: &Tree<'_>, printed: &[&str], found: &mut Findings<'_>) {
    let context = Context::new(schema, query.names);
    let series = check(&context, query.root, found);
    template_label(&context, &series, printed, found);
}
