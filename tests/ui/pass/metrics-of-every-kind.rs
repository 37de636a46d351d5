use cryptofunk_metrics::{Catalog, Label, Schema, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

const LATENCY: &[f64] = &[0.001, 0.01, 0.1];

#[metrics(namespace = "shop", subsystem = "orders")]
pub mod orders {
    /// Orders, "quoted" and with a \ in the text.
    pub fn placed_total(r#type: Side, side: Side) -> Counter;

    /// Orders that wait.
    pub(crate) fn waiting() -> IntGauge;

    /// The temperature of the shop.
    pub fn temperature_celsius() -> cryptofunk_metrics::Gauge;

    /// Time to answer.
    #[metric(buckets = super::LATENCY)]
    pub fn latency_seconds(side: Side) -> Histogram;

    /// Losses and gains.
    #[metric(buckets = [-100, -1.5, 0, 1.5, 100.0])]
    pub fn profit_usd() -> Histogram;

    /// Items by order.
    #[metric(buckets = [1, 10], unit = "items")]
    pub fn basket_items() -> Histogram;

    /// A name from outside.
    #[metric(allow_name = "the old dashboards ask for it")]
    pub fn RequestCount() -> Counter;

    /// Only elsewhere.
    #[cfg(target_os = "none")]
    pub fn nowhere_total() -> Counter;
}

#[metrics(namespace = "shop", lazy)]
mod quiet {
    use cryptofunk_metrics::Counter;
    use super::Side as TheSide;

    const HELPER: u8 = 1;

    /// Orders.
    pub fn orders_total(side: TheSide) -> Counter;

    fn helper() -> u8 {
        HELPER
    }

    pub fn uses_helper() -> u8 {
        helper()
    }
}

const ALL: Catalog = Catalog::new(&[orders::METRICS, quiet::METRICS, cryptofunk_metrics::catalog::mcp::METRICS]);
const KNOWN: Schema = Schema::new(ALL).with_values("server", &["shop"]);

#[allow(dead_code)]
fn use_them() {
    let _ = (KNOWN, quiet::uses_helper());
    orders::placed_total(Side::Buy, Side::Sell).inc();
    orders::waiting().set(3);
    quiet::orders_total(Side::Buy).inc();
}

fn main() {}
