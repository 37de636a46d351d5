use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "template-with-an-unknown-function.yml");

fn main() {}
