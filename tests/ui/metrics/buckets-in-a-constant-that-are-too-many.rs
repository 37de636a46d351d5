use cryptofunk_metrics::metrics;

const BOUNDS: [f64; 300] = cryptofunk_metrics::buckets::linear(1.0, 1.0);

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(buckets = super::BOUNDS)]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
