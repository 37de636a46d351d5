use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = [1.0, 1e999])]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
