use std::time::{Duration, Instant};

use vise::{Buckets, Counter, EncodeLabelSet, Family, Format, Global, Histogram, Metrics, Registry};

use super::{COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer = Peer { name: "vise", record, expose: Some(expose), record_all: None };

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Call {
    server: &'static str,
    tool: &'static str,
    status: &'static str,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Tool {
    server: &'static str,
    tool: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: String,
}

#[derive(Debug, Metrics)]
#[metrics(prefix = "record")]
struct Recorded {
    /// Calls.
    calls: Family<Call, Counter>,
    /// Durations.
    #[metrics(buckets = Buckets::values(&super::BOUNDS_11))]
    duration: Family<Tool, Histogram<Duration>>,
}

#[derive(Debug, Metrics)]
#[metrics(prefix = "bench")]
struct Exposed {
    /// Counters.
    counters: Family<Kind, Counter>,
    /// Histograms.
    #[metrics(buckets = Buckets::values(&super::BOUNDS))]
    histograms: Family<Kind, Histogram<f64>>,
}

static RECORDED: Global<Recorded> = Global::new();

fn record(calls: u64) {
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed();
        RECORDED.calls[&Call { server: "bench", tool: "echo", status: "success" }].inc();
        RECORDED.duration[&Tool { server: "bench", tool: "echo" }].observe(elapsed);
    }
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let metrics = Exposed::default();
    let mut registry = Registry::empty();
    registry.register_metrics(&metrics);
    for i in 0..COUNTERS {
        metrics.counters[&Kind { kind: i.to_string() }].inc_by(i as u64);
    }
    for i in 0..HISTOGRAMS {
        metrics.histograms[&Kind { kind: i.to_string() }].observe(0.01 * i as f64);
    }
    Box::new(move |text| registry.encode(text, Format::OpenMetrics).expect("a string takes everything"))
}
