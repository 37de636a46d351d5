#![no_implicit_prelude]
#![deny(warnings)]
#![allow(non_camel_case_types, dead_code)]

use ::cryptofunk_metrics::{Label, measured, metrics};
use ::std::prelude::rust_2024::derive;

/// What generated code must not meet.
struct f64;
struct bool;
struct usize;
struct Option;
struct Result;
mod core {}
mod std {}

#[derive(Label)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label)]
#[label(open, limit = 10)]
struct Tenant(::core::primitive::u64);

#[metrics(namespace = "shop", convention = ["function", "component"])]
mod families {
    /// Orders.
    pub fn orders_total(side: Side) -> Counter;
    /// Latency.
    #[metric(buckets = [0.1, 1])]
    pub fn latency_seconds(side: Side) -> Histogram;
    /// Sizes.
    #[metric(buckets = linear(1, 2, 3))]
    pub fn size_bytes() -> Histogram;
    /// Bytes.
    #[metric(removable)]
    pub fn tenant_bytes(tenant: Tenant) -> OptionalGauge;
}

#[measured(families)]
fn fallible() -> ::core::result::Result<::core::primitive::u8, ()> {
    ::core::result::Result::Ok(1)
}

#[measured(families)]
async fn nothing() {}

#[measured(families)]
async fn number() -> ::core::primitive::u8 {
    1
}

pub fn main() {
    families::orders_total(Side::Buy).inc();
    families::orders_total(Side::Sell).inc();
    families::remove_tenant_bytes(Tenant(1));
    let _ = fallible();
    ::core::mem::drop((nothing(), number()));
}
