use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = exponantial(0.001, 2, 10))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
