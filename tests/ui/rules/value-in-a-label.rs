use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "value-in-a-label.yml");

fn main() {}
