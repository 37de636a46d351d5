use cryptofunk_metrics_catalog::message::Message;

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::Span,
    schema::Schema,
    suggest::{Words, did_you_mean},
};

/// A recording rule that is used and not defined.
pub(crate) const fn undefined_record(schema: &Schema, metric: &str, span: Span, found: &mut Findings<'_>) {
    let message = Message::new().push("the recording rule `").push(metric).push("` is used, but no rule records it");
    found.add(LintRule::UndefinedRecord, did_you_mean(message, metric, Words::Records(schema)), span);
}
