use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "label-that-absent-does-not-have.yml");

fn main() {}
