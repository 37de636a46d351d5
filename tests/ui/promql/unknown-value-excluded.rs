use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"sum(rate(cryptofunk_trades_total{mode!="demo"}[5m]))"#);

fn main() {}
