use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    pub fn waiting() -> ComputedGauge;
}

fn main() {
    orders::waiting().set(3.0);
}
