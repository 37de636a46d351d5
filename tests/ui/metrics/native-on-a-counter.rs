use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    #[metric(native)]
    pub fn placed_total() -> Counter;
}

fn main() {}
