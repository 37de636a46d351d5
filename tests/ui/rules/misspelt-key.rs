use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "misspelt-key.yml");

fn main() {}
