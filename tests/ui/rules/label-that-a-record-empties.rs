use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "label-that-a-record-empties.yml");

fn main() {}
