use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native = true)]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
