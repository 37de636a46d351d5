use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "label-that-the-query-has-lost.yml");

fn main() {}
