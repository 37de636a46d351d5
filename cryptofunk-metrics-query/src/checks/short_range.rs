use cryptofunk_metrics_catalog::message::{Message, contains};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{Node, UNKNOWN_RANGE},
    schema::Schema,
};

/// A range too short to hold the two samples that a function needs.
pub(crate) const fn short_range(schema: &Schema, function: &str, selector: &Node<'_>, found: &mut Findings<'_>) {
    let Node::Selector { metric, range_ms, modifiers, span, .. } = *selector else { return };
    let scrape_ms = schema.scrape_interval_ms();
    if range_ms > 0
        && range_ms != UNKNOWN_RANGE
        && range_ms < 2 * scrape_ms
        && needs_two_samples(function)
        // These look beyond the range.
        && !contains(modifiers, "smoothed")
        && !contains(modifiers, "anchored")
    {
        found.add(LintRule::ShortRange, message(metric, scrape_ms), span);
    }
}

const fn needs_two_samples(function: &str) -> bool {
    matches!(
        function.as_bytes(),
        b"rate"
            | b"irate"
            | b"increase"
            | b"delta"
            | b"idelta"
            | b"deriv"
            | b"predict_linear"
            | b"holt_winters"
            | b"double_exponential_smoothing"
            | b"changes"
            | b"resets"
    )
}

const fn message(metric: &str, scrape_ms: u64) -> Message {
    Message::new()
        .push("the range of `")
        .push(metric)
        .push("` is shorter than two scrapes, one every ")
        .push_duration(scrape_ms)
        .push(", so it holds too few samples to answer anything; write `[")
        .push_duration(4 * scrape_ms)
        .push("]` or more")
}
