use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    #[metric(allow_name = "")]
    pub fn placed() -> Counter;
}

fn main() {}
