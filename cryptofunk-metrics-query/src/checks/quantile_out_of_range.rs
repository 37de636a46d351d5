use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, lint_rule::LintRule, node::Span};

/// A quantile that is no number from 0 to 1, such as a percentile.
pub(crate) const fn quantile_out_of_range(function: &str, quantile: f64, span: Span, found: &mut Findings<'_>) {
    if (quantile < 0.0 || quantile > 1.0)
        && matches!(
            function.as_bytes(),
            b"quantile" | b"quantile_over_time" | b"histogram_quantile" | b"histogram_quantiles"
        )
    {
        found.add(LintRule::QuantileOutOfRange, message(function, quantile > 1.0), span);
    }
}

const fn message(function: &str, above: bool) -> Message {
    let message = Message::new().push("the quantile of `").push(function);
    match above {
        true => message.push("` is more than 1, so that it answers +Inf; the 95th percentile is 0.95"),
        false => message.push("` is less than 0, so that it answers -Inf; a quantile is a number from 0 to 1"),
    }
}
