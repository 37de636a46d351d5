use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "refused-by-promtool.yml");

fn main() {}
