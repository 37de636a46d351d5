use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "or-that-always-answers.yml");

fn main() {}
