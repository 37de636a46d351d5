use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = exponential(1, 0.5, 10))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
