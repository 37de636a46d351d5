use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "or-without-a-comparison.yml");

fn main() {}
