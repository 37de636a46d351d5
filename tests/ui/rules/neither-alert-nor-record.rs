use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "neither-alert-nor-record.yml");

fn main() {}
