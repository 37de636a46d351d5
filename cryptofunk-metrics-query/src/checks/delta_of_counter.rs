use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, inferred::Inferred, lint_rule::LintRule, node::Span};

/// `delta` or `deriv` of a counter.
pub(crate) const fn delta_of_counter(function: &str, of: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    if of.values.are_cumulative() && matches!(function.as_bytes(), b"delta" | b"idelta" | b"deriv" | b"predict_linear")
    {
        found.add(LintRule::DeltaOfCounter, message(function, of.metric), span);
    }
}

const fn message(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of the counter `")
        .push(metric)
        .push("`: it starts at 0 with every restart, which this would take for a fall; write `increase`, or `rate` for a change a second")
}
