use std::{sync::LazyLock, time::Instant};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer =
    Peer { name: "prometheus-client, `Family`", record, expose: Some(expose), record_all: None };

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Call {
    server: &'static str,
    tool: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Tool {
    server: &'static str,
    tool: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: String,
}

static CALLS: LazyLock<Family<Call, Counter>> = LazyLock::new(Family::default);
static DURATION: LazyLock<Family<Tool, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(BOUNDS_11)));

fn record(calls: u64) {
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        CALLS.get_or_create(&Call { server: "bench", tool: "echo", status: "success" }).inc();
        DURATION.get_or_create(&Tool { server: "bench", tool: "echo" }).observe(elapsed);
    }
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let mut registry = Registry::default();
    let counters = Family::<Kind, Counter>::default();
    let histograms = Family::<Kind, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
    registry.register("bench_counters", "Counters", counters.clone());
    registry.register("bench_histograms_seconds", "Histograms", histograms.clone());
    for i in 0..COUNTERS {
        counters.get_or_create(&Kind { kind: i.to_string() }).inc_by(i as u64);
    }
    for i in 0..HISTOGRAMS {
        histograms.get_or_create(&Kind { kind: i.to_string() }).observe(0.01 * i as f64);
    }
    Box::new(move |text| encode(text, &registry).expect("a string takes everything"))
}
