use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn orders_count() -> IntGauge;
}

fn main() {}
