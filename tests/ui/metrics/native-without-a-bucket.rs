use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(max_buckets = 0))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
