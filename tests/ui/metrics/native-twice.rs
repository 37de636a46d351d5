use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native, native(schema = 4))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
