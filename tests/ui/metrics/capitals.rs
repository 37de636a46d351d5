use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    #[allow(non_snake_case)]
    pub fn ordersWaiting() -> IntGauge;
}

fn main() {}
