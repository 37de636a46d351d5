use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = linear(1, 5, 2.5))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
