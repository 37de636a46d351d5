use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "unknown-metric.yml");

fn main() {}
