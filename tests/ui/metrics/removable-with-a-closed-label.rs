use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    #[metric(removable)]
    pub fn waiting(paid: bool) -> IntGauge;
}

fn main() {}
