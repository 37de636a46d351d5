use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(zero_threshold = -0.001))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
