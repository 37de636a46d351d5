use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, infer::Inferred, lint_rule::LintRule};

/// `rate` or `increase` of a gauge.
pub(crate) const fn rate_of_gauge(function: &str, of: &Inferred<'_>, found: &mut Findings<'_>) {
    if matches!(of.cumulative, Some(false)) && matches!(function.as_bytes(), b"rate" | b"irate" | b"increase") {
        found.add(LintRule::RateOfGauge, message(function, of.metric));
    }
}

const fn message(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of the gauge `")
        .push(metric)
        .push("`: a gauge goes down too, which this would take for a restart; write `delta`, or `deriv` for a change a second")
}
