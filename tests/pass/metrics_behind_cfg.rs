#![deny(warnings)]

use cryptofunk_metrics::{Label, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side {
    Buy,
    #[cfg(target_os = "none")]
    Nowhere,
    Sell,
}

#[derive(Label)]
#[label(open, limit = 10)]
pub struct Tenant(u64);

#[cfg(target_os = "none")]
pub struct Elsewhere;

macro_rules! documented {
    ($text:literal) => {
        #[metrics(namespace = "documented")]
        pub mod documented {
            #[doc = $text]
            pub fn orders_total() -> Counter;
        }
    };
}
documented!("Orders of a macro.");

#[metrics(namespace = "cfg_shop")]
pub mod orders {
    /// Orders, here.
    #[cfg(not(target_os = "none"))]
    pub fn placed_total(side: Side, #[cfg(target_os = "none")] elsewhere: Elsewhere, tenant: &Tenant) -> Counter;

    /// Orders, elsewhere.
    #[cfg(target_os = "none")]
    pub fn placed_total() -> Counter;

    /// Bytes, elsewhere.
    #[cfg(all(target_os = "none", unix))]
    #[metric(removable, buckets = exponential(1, 2, 3))]
    pub fn sent_bytes(elsewhere: Elsewhere) -> Histogram;

    #[doc = concat!("Orders", " that wait.")]
    #[doc = "By side."]
    pub fn waiting(side: Side) -> IntGauge;

    #[doc = include_str!("../../LICENSE-MIT")]
    pub fn licences() -> IntGauge;
}

pub fn main() {
    orders::placed_total(Side::Buy, &Tenant(1)).inc();
    let help = |name: &str| orders::METRICS.iter().find(|family| family.name == name).unwrap().help;
    assert_eq!(help("cfg_shop_waiting"), "Orders that wait. By side.");
    assert!(help("cfg_shop_licences").ends_with("SOFTWARE."));
    assert_eq!(documented::METRICS[0].help, "Orders of a macro.");
    let text = cryptofunk_metrics::encode_text();
    assert!(text.contains("cfg_shop_placed_total{side=\"buy\",tenant=\"1\"} 1\n"), "{text}");
    assert!(text.contains("# HELP cfg_shop_waiting Orders that wait. By side.\n") && text.contains("side=\"sell\""));
}
