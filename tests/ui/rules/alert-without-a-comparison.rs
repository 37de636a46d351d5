use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "alert-without-a-comparison.yml");

fn main() {}
