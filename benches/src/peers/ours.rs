use std::sync::LazyLock;

use cryptofunk_metrics::{
    Counter, Histogram, Label,
    catalog::mcp::{self, Server, Status, Tool},
    clock,
    exposition::{Format, encode_into},
    metrics,
};

use super::{COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer =
    Peer { name: "cryptofunk-metrics", record, expose: Some(expose), record_all: Some(record_all) };

/// What the code of `#[mcp_server]` does for a tool call.
fn record(calls: u64) {
    let calls_total = mcp::tool_calls_total(Server("bench"), Tool("echo"), Status::Success);
    let duration = mcp::tool_call_duration_seconds(Server("bench"), Tool("echo"));
    for _ in 0..calls {
        let start = clock::now();
        let ticks = clock::now().saturating_sub(start);
        calls_total.inc();
        duration.observe_ticks(ticks);
    }
}

#[derive(Label)]
#[label(open, limit = 100_000)]
struct Kind(String);

#[metrics(namespace = "bench", lazy)]
mod families {
    /// Counters.
    pub fn counters_total(kind: Kind) -> Counter;
    /// Histograms.
    #[metric(buckets = crate::peers::BOUNDS)]
    pub fn histograms_seconds(kind: Kind) -> Histogram;
}

static ALL: LazyLock<(Vec<Counter>, Vec<Histogram>)> = LazyLock::new(|| {
    let counters = (0..COUNTERS).map(|i| families::counters_total(Kind(i.to_string())));
    let histograms = (0..HISTOGRAMS).map(|i| families::histograms_seconds(Kind(i.to_string())));
    (counters.collect(), histograms.collect())
});

fn record_all() {
    ALL.0.iter().for_each(|counter| counter.inc());
    ALL.1.iter().for_each(|histogram| histogram.observe(0.03));
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    for i in 0..COUNTERS {
        families::counters_total(Kind(i.to_string())).inc_by(i as u64);
    }
    for i in 0..HISTOGRAMS {
        families::histograms_seconds(Kind(i.to_string())).observe(0.01 * i as f64);
    }
    Box::new(|text| encode_into(Format::Text, text))
}
