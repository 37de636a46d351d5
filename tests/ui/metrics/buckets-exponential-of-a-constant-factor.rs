use cryptofunk_metrics::metrics;

const FACTOR: f64 = 1.0;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = exponential(0.001, super::FACTOR, 10))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
