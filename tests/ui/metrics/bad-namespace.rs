use cryptofunk_metrics::metrics;

#[metrics(namespace = "my-shop")]
mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;
}

fn main() {}
