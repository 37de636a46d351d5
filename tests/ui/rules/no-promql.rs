use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "no-promql.yml");

fn main() {}
