#![deny(unused_must_use)]
use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that are packed now.
    pub fn packing() -> IntGauge;
}

fn main() {
    orders::packing().inc_guard();
}
