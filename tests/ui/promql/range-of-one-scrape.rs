use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_trades_total[15s])"#);

fn main() {}
