use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    #[metric(buckets = [0.1, 1.0])]
    pub fn placed_total() -> Counter;
}

fn main() {}
