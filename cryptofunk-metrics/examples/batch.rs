//! A job that serves nothing, and ends before Prometheus could scrape it; its metrics stay in a Pushgateway:
//!
//! ```sh
//! METRICS_PUSH_URL=http://127.0.0.1:9091 cargo run --example batch --features push
//! curl -s http://127.0.0.1:9091/metrics | grep report_
//! ```

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let push = Push::from_env("report")?;
    read()?; // after an error, `push` is dropped: the metrics are pushed too
    push.finish();
    Ok(())
}
