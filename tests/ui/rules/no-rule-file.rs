use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "no-rule-file.yml");

fn main() {}
