use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "two-alerts-of-one-name.yml");

fn main() {}
