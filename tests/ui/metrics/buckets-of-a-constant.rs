use cryptofunk_metrics::metrics;

const BOUNDS: &[f64] = &[0.1, 1.0, 0.5];

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = super::BOUNDS)]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
