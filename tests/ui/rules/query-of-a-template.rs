use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "query-of-a-template.yml");

fn main() {}
