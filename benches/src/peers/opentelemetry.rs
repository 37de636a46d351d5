use std::{sync::LazyLock, time::Instant};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram, Meter, MeterProvider},
};
use opentelemetry_sdk::metrics::{Instrument, SdkMeterProvider, Stream};
use prometheus::{Registry, TextEncoder};

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer = Peer { name: "OpenTelemetry SDK", record, expose: Some(expose), record_all: None };

fn meter() -> (Registry, SdkMeterProvider, Meter) {
    let registry = Registry::new();
    let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build().expect("an exporter");
    // Its budget is 2,000 series by default, and the task has 10,000.
    let roomy = |_: &Instrument| Stream::builder().with_cardinality_limit(20_000).build().ok();
    let provider = SdkMeterProvider::builder().with_reader(exporter).with_view(roomy).build();
    let meter = provider.meter("bench");
    (registry, provider, meter)
}

struct Recorded {
    calls: Counter<u64>,
    duration: Histogram<f64>,
    _provider: SdkMeterProvider,
}

static RECORDED: LazyLock<Recorded> = LazyLock::new(|| {
    let (_, provider, meter) = meter();
    Recorded {
        calls: meter.u64_counter("calls").build(),
        duration: meter.f64_histogram("duration_seconds").with_boundaries(BOUNDS_11.to_vec()).build(),
        _provider: provider,
    }
});

fn record(calls: u64) {
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        let (server, tool) = (KeyValue::new("server", "bench"), KeyValue::new("tool", "echo"));
        RECORDED.calls.add(1, &[server.clone(), tool.clone(), KeyValue::new("status", "success")]);
        RECORDED.duration.record(elapsed, &[server, tool]);
    }
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let (registry, provider, meter) = meter();
    let counter = meter.u64_counter("bench_counters").build();
    let histogram = meter.f64_histogram("bench_histograms").with_boundaries(BOUNDS.to_vec()).build();
    for i in 0..COUNTERS {
        counter.add(i as u64, &[KeyValue::new("kind", i.to_string())]);
    }
    for i in 0..HISTOGRAMS {
        histogram.record(0.01 * i as f64, &[KeyValue::new("kind", i.to_string())]);
    }
    Box::new(move |text| {
        let _alive = &provider;
        TextEncoder::new().encode_utf8(&registry.gather(), text).expect("valid families");
    })
}
