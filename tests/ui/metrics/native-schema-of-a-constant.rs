use cryptofunk_metrics::metrics;

const SCHEMA: i8 = -5;

#[metrics(namespace = "shop")]
mod orders {
    /// Time to answer.
    #[metric(native(schema = super::SCHEMA))]
    pub fn latency_seconds() -> Histogram;
}

fn main() {}
