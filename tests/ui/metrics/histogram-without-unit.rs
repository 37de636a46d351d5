use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = [0.1, 1.0])]
    pub fn latency() -> Histogram;
}

fn main() {}
