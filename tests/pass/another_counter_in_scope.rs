use cryptofunk_metrics::metrics;
#[allow(unused_imports)]
use prometheus::Counter;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;
}

#[allow(dead_code)]
fn count() -> cryptofunk_metrics::Counter {
    orders::placed_total()
}

pub fn main() {}
