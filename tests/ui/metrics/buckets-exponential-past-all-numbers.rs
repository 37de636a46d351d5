use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = exponential(1, 1e300, 3))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
