use std::{sync::LazyLock, time::Instant};

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEERS: [Peer; 2] = [
    Peer { name: "prometheus, labels at every call", record: by_labels, expose: Some(expose) },
    Peer { name: "prometheus, children kept", record: kept, expose: None },
];

fn counters(name: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, "Counters."), labels).expect("a valid name")
}

fn histograms(name: &str, labels: &[&str], bounds: &[f64]) -> HistogramVec {
    HistogramVec::new(HistogramOpts::new(name, "Histograms.").buckets(bounds.to_vec()), labels).expect("a valid name")
}

static CALLS: LazyLock<IntCounterVec> = LazyLock::new(|| counters("calls_total", &["server", "tool", "status"]));
static DURATION: LazyLock<HistogramVec> =
    LazyLock::new(|| histograms("duration_seconds", &["server", "tool"], &BOUNDS_11));

fn by_labels(calls: u64) {
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        CALLS.with_label_values(&["bench", "echo", "success"]).inc();
        DURATION.with_label_values(&["bench", "echo"]).observe(elapsed);
    }
}

fn kept(calls: u64) {
    let counter = CALLS.with_label_values(&["bench", "echo", "success"]);
    let histogram = DURATION.with_label_values(&["bench", "echo"]);
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        counter.inc();
        histogram.observe(elapsed);
    }
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let registry = Registry::new();
    let counters = counters("bench_counters_total", &["kind"]);
    let histograms = histograms("bench_histograms_seconds", &["kind"], &BOUNDS);
    registry.register(Box::new(counters.clone())).expect("new");
    registry.register(Box::new(histograms.clone())).expect("new");
    for i in 0..COUNTERS {
        counters.with_label_values(&[&i.to_string()]).inc_by(i as u64);
    }
    for i in 0..HISTOGRAMS {
        histograms.with_label_values(&[&i.to_string()]).observe(0.01 * i as f64);
    }
    Box::new(move |text| TextEncoder::new().encode_utf8(&registry.gather(), text).expect("valid families"))
}
