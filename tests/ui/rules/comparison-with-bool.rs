use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "comparison-with-bool.yml");

fn main() {}
