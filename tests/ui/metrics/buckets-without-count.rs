use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = linear(1, 5, 0))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
