use cryptofunk_metrics::{CATALOG, Catalog};

const ALL: Catalog = CATALOG.with_values("sevrer", &["risk-analyzer"]);

fn main() {
    let _ = ALL;
}
