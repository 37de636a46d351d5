use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(factor = "1.1"))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
