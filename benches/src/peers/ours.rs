use cryptofunk_metrics::{
    Label,
    catalog::mcp::{self, Server, Status, Tool},
    clock,
    exposition::{Format, encode_into},
    metrics,
};

use super::{COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer = Peer { name: "cryptofunk-metrics", record, expose: Some(expose) };

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
    #[metric(buckets = &crate::peers::BOUNDS)]
    pub fn histograms_seconds(kind: Kind) -> Histogram;
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
