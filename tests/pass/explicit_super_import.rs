#![deny(unused)]
use cryptofunk_metrics::{Label, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

#[metrics(namespace = "shop")]
pub mod orders {
    use super::*;

    /// Orders.
    pub fn placed_total(side: Side) -> Counter;
}

pub fn count() {
    orders::placed_total(Side::Buy).inc();
    orders::placed_total(Side::Sell).inc();
}

pub fn main() {}
