use std::{sync::LazyLock, time::Instant};

use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEERS: [Peer; 2] = [
    Peer {
        name: "prometheus, labels at every call",
        record: by_labels,
        expose: Some(expose),
        record_all: Some(record_all),
    },
    Peer { name: "prometheus, children kept", record: kept, expose: None, record_all: None },
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

static COUNTER: LazyLock<IntCounterVec> = LazyLock::new(|| counters("bench_counters_total", &["kind"]));
static HISTOGRAM: LazyLock<HistogramVec> = LazyLock::new(|| histograms("bench_histograms_seconds", &["kind"], &BOUNDS));
static ALL: LazyLock<(Vec<IntCounter>, Vec<Histogram>)> = LazyLock::new(|| {
    let counters = (0..COUNTERS).map(|i| COUNTER.with_label_values(&[&i.to_string()]));
    let histograms = (0..HISTOGRAMS).map(|i| HISTOGRAM.with_label_values(&[&i.to_string()]));
    (counters.collect(), histograms.collect())
});

fn record_all() {
    ALL.0.iter().for_each(IntCounter::inc);
    ALL.1.iter().for_each(|histogram| histogram.observe(0.03));
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let registry = Registry::new();
    registry.register(Box::new(COUNTER.clone())).expect("new");
    registry.register(Box::new(HISTOGRAM.clone())).expect("new");
    for (i, counter) in ALL.0.iter().enumerate() {
        counter.inc_by(i as u64);
    }
    for (i, histogram) in ALL.1.iter().enumerate() {
        histogram.observe(0.01 * i as f64);
    }
    Box::new(move |text| TextEncoder::new().encode_utf8(&registry.gather(), text).expect("valid families"))
}
