use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "several-mistakes.yml");

fn main() {}
