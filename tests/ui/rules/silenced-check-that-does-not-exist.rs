use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "silenced-check-that-does-not-exist.yml");

fn main() {}
