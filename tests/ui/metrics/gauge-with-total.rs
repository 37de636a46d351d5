use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    pub fn waiting_total() -> IntGauge;
}

fn main() {}
