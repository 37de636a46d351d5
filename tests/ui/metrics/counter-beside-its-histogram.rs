use cryptofunk_metrics::{Catalog, metrics};

#[metrics(namespace = "shop")]
mod orders {
    /// Order values.
    #[metric(buckets = [10.0, 100.0])]
    pub fn orders_usd() -> Histogram;

    /// Order values, summed up.
    pub fn orders_usd_total() -> Counter;
}

const ALL: Catalog = Catalog::new(&[orders::METRICS]);

fn main() {
    let _ = ALL;
}
