use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "value-in-a-label.yml");

fn main() {}
