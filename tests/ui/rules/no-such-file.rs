use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "does-not-exist.yml");

fn main() {}
