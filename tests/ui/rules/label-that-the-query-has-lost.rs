use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "label-that-the-query-has-lost.yml");

fn main() {}
