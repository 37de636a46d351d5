use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = [1, 10, 100])]
    pub fn latency_ms() -> Histogram;
}

fn main() {}
