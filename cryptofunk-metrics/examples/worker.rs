//! A service with metrics of its own and a health check. Ctrl-C ends it.
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example worker
//! curl -s http://127.0.0.1:9298/metrics
//! curl -s http://127.0.0.1:9298/health
//! ```
//!
//! `worker_jobs_total` grows by about 20 a second. `/health` answers 503 until the first job is done, then 200.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cryptofunk_metrics::{
    Component, component,
    exporter::{Exporter, Settings, shutdown_signal},
    metrics,
};

#[metrics(namespace = "worker")]
mod families {
    /// Jobs that were done.
    pub fn jobs_total() -> Counter;

    /// Time that a job took.
    #[metric(buckets = [0.001, 0.01, 0.1, 1.0])]
    pub fn job_duration_seconds() -> Histogram;
}

#[derive(Default)]
struct Worker {
    done: AtomicU64,
}

/// Does jobs.
#[component(name = "worker", port = 9298)]
impl Worker {
    /// Fails until the first job is done; /health answers 503 meanwhile.
    #[health_check]
    async fn busy(&self) -> Result<(), String> {
        if self.done.load(Ordering::Relaxed) == 0 { Err("no job is done yet".to_owned()) } else { Ok(()) }
    }

    async fn work(&self) {
        loop {
            let timer = families::job_duration_seconds().start_timer();
            tokio::time::sleep(Duration::from_millis(50)).await;
            drop(timer);
            families::jobs_total().inc();
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let worker = Arc::new(Worker::default());
    // METRICS_BIND, METRICS_PORT and METRICS_TOKEN_FILE.
    let settings = Settings::from_env(Worker::PORT)?;
    let exporter = Exporter::of(&worker).settings(&settings).bind(settings.address).await?.spawn();
    println!("http://{}/metrics", exporter.local_addr());
    tokio::select! {
        () = worker.work() => {}
        signal = shutdown_signal() => signal?,
    }
    exporter.stop().await;
    Ok(())
}
