use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(schema = 9))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
