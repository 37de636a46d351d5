use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    pub fn waiting() -> OptionalGuage;
}

fn main() {}
