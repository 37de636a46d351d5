//! Checking a query against a schema.

use std::ops::Range;

use crate::{
    assumption::Assumption,
    check::check,
    checks::{alert_without_comparison, template_label},
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

/// What a query is for. Some checks concern alerts only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Its series are shown or recorded.
    Series,
    /// Each of its series is an alert.
    Alert,
}

/// A mistake of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFinding {
    /// Which check found it.
    pub rule: LintRule,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// Where it is in the text, in bytes. `None` if the text has variables, or if the finding is about the whole query.
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
    pub const fn checked(
        self,
        schema: &Schema,
        purpose: Purpose,
        place: &str,
        printed: &[&str],
        allowed: &[LintRule],
    ) -> Self {
        if Assumption(self.tree().root.assumption()).holds(schema) {
            return self;
        }
        // Room for messages costs the compiler more than the checks do, and nearly no query has one.
        let mut found = Findings::new(allowed, &mut []);
        find(schema, self.tree(), purpose, printed, &mut found);
        if found.more() > 0 {
            self.tell(schema, purpose, place, printed, allowed);
        }
        self
    }

    /// Panics with the mistakes of the query.
    #[track_caller]
    const fn tell(&self, schema: &Schema, purpose: Purpose, place: &str, printed: &[&str], allowed: &[LintRule]) {
        let mut room = [const { None }; TOLD];
        let mut found = Findings::new(allowed, &mut room);
        find(schema, self.tree(), purpose, printed, &mut found);
        found.panic(place);
    }

    /// Whether the series of the result surely have this label, by the catalogue or schema.
    pub fn has_label(&self, schema: impl Into<Schema>, label: &str) -> bool {
        let schema = schema.into();
        let context = Context::new(&schema, self.tree().names);
        deep::run(self.tree().root, || {
            matches!(presence(&context, &infer(&context, self.tree().root), label), LabelPresence::Yes)
        })
    }
}

/// Checks a query, and the labels that templates print of it. Returns every mistake with its place, without the checks in `allowed`. The
/// [crate page](crate#parsing) has an example.
pub fn query_findings(
    schema: &Schema,
    query: &Tree<'_>,
    purpose: Purpose,
    printed: &[&str],
    allowed: &[LintRule],
) -> Vec<QueryFinding> {
    deep::run(query.root, || {
        let mut room = vec![None; TOLD];
        loop {
            let mut found = Findings::new(allowed, &mut room);
            find(schema, query, purpose, printed, &mut found);
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

const fn find(schema: &Schema, query: &Tree<'_>, purpose: Purpose, printed: &[&str], found: &mut Findings<'_>) {
    let context = Context::new(schema, query.names);
    let series = check(&context, query.root, found);
    template_label(&context, &series, printed, found);
    if matches!(purpose, Purpose::Alert) {
        alert_without_comparison(&context, query.root, found);
    }
}
