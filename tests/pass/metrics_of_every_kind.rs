use cryptofunk_metrics::{Catalog, Label, Schema, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

const HOUR: f64 = 3_600.0;
const FACTOR: f64 = 2.0;
const BUCKETS: u32 = 80;
const SENDING: [f64; 5] = cryptofunk_metrics::buckets::linear(10.0, 5.0);
#[derive(Label)]
#[label(open, limit = 10)]
pub struct Tenant(u64);

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

    /// Time to pack.
    #[metric(buckets = exponential(0.5, super::FACTOR, 8))]
    pub fn packing_seconds() -> Histogram;

    /// Time to send.
    #[metric(buckets = super::SENDING)]
    pub fn sending_seconds() -> Histogram;

    /// Time to deliver.
    #[metric(buckets = [super::HOUR, 2.0 * super::HOUR])]
    pub fn delivery_seconds() -> Histogram;

    /// Time to wrap.
    #[metric(native)]
    pub fn wrapping_seconds(side: Side) -> Histogram;

    /// Time to load.
    #[metric(buckets = [1, 10], native(factor = super::FACTOR, max_buckets = super::BUCKETS, zero_threshold = 1e-3))]
    pub fn loading_seconds() -> Histogram;

    /// Time to unload.
    #[metric(native(schema = -1, zero_threshold = 0))]
    pub fn unloading_seconds() -> Histogram;

    /// Money that was taken.
    pub fn revenue_eur_total() -> FloatCounter;

    /// When the last order was placed.
    pub fn last_order_timestamp_seconds() -> OptionalGauge;

    /// Orders in the warehouse.
    pub fn in_the_warehouse(side: Side) -> cryptofunk_metrics::ComputedGauge;

    /// Losses and gains.
    #[metric(buckets = [-100, -1.5, 0, 1.5, 100.0])]
    pub fn profit_usd() -> Histogram;

    /// Items by order.
    #[metric(buckets = [1, 10], unit = "items")]
    pub fn basket_items() -> Histogram;

    /// A name from outside.
    #[metric(allow_name = "the old dashboards ask for it")]
    pub fn RequestCount() -> Counter;

    /// Orders of a tenant.
    #[metric(removable)]
    pub(crate) fn r#of(tenant: &super::Tenant) -> IntGauge;

    /// Only elsewhere.
    #[cfg(target_os = "none")]
    pub fn nowhere_total() -> Counter;
}

macro_rules! timed {
    ($start:expr, $factor:literal, $count:expr) => {
        #[metrics(namespace = "shop", subsystem = "timed")]
        pub mod timed {
            /// Time to answer.
            #[metric(buckets = exponential($start, $factor, $count))]
            pub fn latency_seconds() -> Histogram;

            /// Time to ask.
            #[metric(buckets = [$start, $factor], native(factor = $factor, zero_threshold = $start))]
            pub fn asking_seconds() -> Histogram;
        }
    };
}
timed!(0.5 * 2.0, 2, 4 + 4);

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
    orders::r#of(&Tenant(1)).set(3);
    orders::remove_of(&Tenant(1));
    let _guard = orders::waiting().inc_guard();
    orders::revenue_eur_total().inc_by(2.5);
    orders::last_order_timestamp_seconds().set(1.0);
    orders::in_the_warehouse(Side::Sell).compute(|| 1.0);
    quiet::orders_total(Side::Buy).inc();
}

pub fn main() {}
