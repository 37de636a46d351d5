use std::{sync::LazyLock, time::Instant};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer =
    Peer { name: "metrics, with its exporter", record, expose: Some(expose), record_all: None };

fn recorder(bounds: &[f64]) -> PrometheusRecorder {
    PrometheusBuilder::new().set_buckets(bounds).expect("bounds").build_recorder()
}

static GLOBAL: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let recorder = recorder(&BOUNDS_11);
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).expect("the only one");
    handle
});

fn record(calls: u64) {
    LazyLock::force(&GLOBAL);
    for i in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        metrics::counter!("calls_total", "server" => "bench", "tool" => "echo", "status" => "success").increment(1);
        metrics::histogram!("duration_seconds", "server" => "bench", "tool" => "echo").record(elapsed);
        // Its histograms keep every value until somebody looks; a scrape every so often, as in real life.
        if i % 100_000 == 99_999 {
            GLOBAL.run_upkeep();
        }
    }
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let recorder = recorder(&BOUNDS);
    metrics::with_local_recorder(&recorder, || {
        for i in 0..COUNTERS {
            metrics::counter!("bench_counters_total", "kind" => i.to_string()).increment(i as u64);
        }
        for i in 0..HISTOGRAMS {
            metrics::histogram!("bench_histograms_seconds", "kind" => i.to_string()).record(0.01 * i as f64);
        }
    });
    let handle = recorder.handle();
    Box::new(move |text| text.push_str(&handle.render()))
}
