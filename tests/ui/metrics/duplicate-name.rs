use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;

    /// Orders again.
    pub fn placed_total() -> Counter;
}

fn main() {}
