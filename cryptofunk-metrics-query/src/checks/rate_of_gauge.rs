use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, inferred::Inferred, lint_rule::LintRule, node::Span, values::Values};

/// `rate` or `increase` of a gauge, or of what was calculated.
pub(crate) const fn rate_of_gauge(function: &str, of: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    if of.values.go_down() && matches!(function.as_bytes(), b"rate" | b"irate" | b"increase") {
        tell(function, of, span, found);
    }
}

const fn tell(function: &str, of: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    let message = match of.values {
        Values::Calculated => calculated(function, of.metric),
        _ => message(function, of.metric),
    };
    found.add(LintRule::RateOfGauge, message, span);
}

const fn message(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of the gauge `")
        .push(metric)
        .push("`: a gauge goes down too, which this would take for a restart; write `delta`, or `deriv` for a change a second")
}

const fn calculated(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of what is calculated from `")
        .push(metric)
        .push("`, which goes down too: this would take that for a restart; take the rate of the counter itself, or write `delta` or `deriv`")
}
