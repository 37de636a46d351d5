use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "label-that-a-record-has-lost.yml");

fn main() {}
