use cryptofunk_metrics_catalog::message::Message;

use crate::{findings::Findings, lint_rule::LintRule, schema::Schema};

/// A range too short to hold two samples.
pub(crate) const fn short_range(schema: &Schema, metric: &str, range_ms: u64, found: &mut Findings<'_>) {
    let scrape_ms = schema.scrape_interval_ms();
    if range_ms > 0 && range_ms < 2 * scrape_ms {
        found.add(LintRule::ShortRange, message(metric, scrape_ms));
    }
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
