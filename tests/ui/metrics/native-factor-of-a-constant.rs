use cryptofunk_metrics::metrics;

const FACTOR: f64 = 0.9;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(factor = super::FACTOR))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
