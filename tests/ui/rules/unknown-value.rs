use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "unknown-value.yml");

fn main() {}
