use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub async fn placed_total() -> Counter;
}

fn main() {}
