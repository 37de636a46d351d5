use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total(customer: std::sync::Arc<str>) -> Counter;
}

fn main() {}
