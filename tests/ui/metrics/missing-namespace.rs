use cryptofunk_metrics::metrics;

#[metrics()]
mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;
}

fn main() {}
