use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed() -> Counter;

    pub fn waiting() -> IntGauge;
}

fn main() {}
