use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "guide-high-error-rate.yml");

fn main() {}
