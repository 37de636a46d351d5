use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, inferred::Inferred, lint_rule::LintRule, node::Span};

/// A counter that is compared with a number as it is.
pub(crate) const fn bare_counter(operator: &str, series: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    if series.values.are_cumulative() && matches!(operator.as_bytes(), b"==" | b"!=" | b">" | b"<" | b">=" | b"<=") {
        found.add(LintRule::BareCounter, message(series.metric), span);
    }
}

const fn message(metric: &str) -> Message {
    Message::new()
        .push("the counter `")
        .push(metric)
        .push("` is compared as it is: it only grows, and starts at 0 with every restart; compare `rate(")
        .push(metric)
        .push("[5m])` or `increase(…)`")
}
