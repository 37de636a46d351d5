use cryptofunk_metrics_catalog::message::Message;

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::Span,
    schema::Schema,
    suggest::{Words, did_you_mean},
};

/// A metric that nothing exposes.
pub(crate) const fn unknown_metric(schema: &Schema, metric: &str, span: Span, found: &mut Findings<'_>) {
    let message = Message::new().push("unknown metric `").push(metric).push("`");
    let message =
        did_you_mean(message, metric, Words::Metrics(schema)).push(" (the catalogue has no family of this name)");
    found.add(LintRule::UnknownMetric, message, span);
}
