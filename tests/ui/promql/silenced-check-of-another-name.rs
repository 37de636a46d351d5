use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_trades_total > 5 # metrics-lint: allow short-range"#);

fn main() {}
