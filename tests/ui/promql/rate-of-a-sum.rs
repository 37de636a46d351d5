use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(sum(cryptofunk_trades_total)[5m:30s])"#);

fn main() {}
