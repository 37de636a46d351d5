use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "rate-of-a-record.yml");

fn main() {}
