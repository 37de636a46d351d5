//! Metrics alone, without an exporter: declared, recorded and written as text.
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example orders --no-default-features
//! ```
//!
//! It prints what `/metrics` would answer: both sides of the counter, and the buckets of both histograms.

use cryptofunk_metrics::{Label, encode_text, metrics};

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[metrics(namespace = "shop", subsystem = "orders")]
mod orders {
    use super::Side;

    /// Orders by side.
    pub fn placed_total(side: Side) -> Counter;

    /// Time from click to confirmation.
    #[metric(buckets = [0.01, 0.1, 1.0, 10.0])]
    pub fn latency_seconds(side: Side) -> Histogram;
}

fn main() {
    orders::placed_total(Side::Buy).inc();
    orders::latency_seconds(Side::Buy).observe(0.25);
    if std::env::args().any(|argument| argument == "sell") {
        orders::placed_total(Side::Sell).inc();
    }
    // Both sides have series, recorded or not: their values are known when the program is built.
    print!("{}", encode_text());
}
