use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, inferred::Inferred, lint_rule::LintRule, node::Span, values::Values};

/// `rate` or `increase` of counters that were added up before.
pub(crate) const fn rate_of_sum(function: &str, of: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    if matches!(of.values, Values::Sum) && matches!(function.as_bytes(), b"rate" | b"irate" | b"increase") {
        found.add(LintRule::RateOfSum, message(function, of.metric), span);
    }
}

const fn message(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of counters that were added up, `")
        .push(metric)
        .push("`: when one of them restarts, the sum falls, and this would take the rest for new; add up the rates, as in `sum(")
        .push(function)
        .push("(…))`")
}
