use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "two-records-of-one-name.yml");

fn main() {}
