use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "guide-breaker-without-its-reason.yml");

fn main() {}
