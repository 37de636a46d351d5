//! A batch job. It ends before Prometheus could scrape it, so it pushes its metrics to a Pushgateway:
//!
//! ```sh
//! prometheus-pushgateway &
//! ls | METRICS_PUSH_URL=http://127.0.0.1:9091 cargo run -p cryptofunk-metrics --example batch --features push
//! curl -s http://127.0.0.1:9091/metrics | grep report_
//! ```
//!
//! The Pushgateway has the number of lines that the job has read, after the job has ended. Without `METRICS_PUSH_URL` nothing is pushed.

use cryptofunk_metrics::{measured, metrics, push::Push};

#[metrics(namespace = "report", convention = "function")]
mod families {
    /// Lines that were read from standard input.
    pub fn lines_total(is_empty: bool) -> Counter;
}

#[measured(families)]
fn read() -> Result<(), std::io::Error> {
    for line in std::io::stdin().lines() {
        families::lines_total(line?.is_empty()).inc();
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let push = Push::from_env("report")?;
    read()?; // after an error, `push` is dropped: the metrics are pushed too
    push.finish();
    Ok(())
}
