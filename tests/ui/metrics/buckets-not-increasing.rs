use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = [0.1, 1.0, 0.5])]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
