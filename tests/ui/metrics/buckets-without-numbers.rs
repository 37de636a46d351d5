use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = ["100ms", "1s"])]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
