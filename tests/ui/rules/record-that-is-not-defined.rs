use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "record-that-is-not-defined.yml");

fn main() {}
