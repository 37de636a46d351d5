use cryptofunk_metrics::{Catalog, metrics};

#[metrics(namespace = "shop")]
mod orders {
    /// Order values.
    #[metric(buckets = [10.0, 100.0])]
    pub fn orders_usd() -> Histogram;

    /// Order values of today.
    #[metric(allow_name = "the old dashboard asks for it")]
    pub fn orders_usd_sum() -> Gauge;
}

const ALL: Catalog = Catalog::new(&[orders::METRICS]);

fn main() {
    let _ = ALL;
}
