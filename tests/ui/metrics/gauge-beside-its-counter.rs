use cryptofunk_metrics::{Catalog, metrics};

#[metrics(namespace = "shop")]
mod open {
    /// Orders that are open.
    pub fn orders() -> IntGauge;
}

#[metrics(namespace = "shop")]
mod placed {
    /// Orders that were placed.
    pub fn orders_total() -> Counter;
}

const ALL: Catalog = Catalog::new(&[open::METRICS, placed::METRICS]);

fn main() {
    let _ = ALL;
}
