#![forbid(unsafe_code)]

use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
pub mod orders {
    /// Orders.
    pub fn placed_total() -> Counter;
}

pub fn main() {}
