use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "label-that-a-record-of-a-record-has-lost.yml");

fn main() {}
