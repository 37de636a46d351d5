use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "guide-breaker-without-its-reason.yml");

fn main() {}
