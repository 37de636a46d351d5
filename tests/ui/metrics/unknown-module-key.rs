use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop", subsytem = "web")]
mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;
}

fn main() {}
