use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(rate(cryptofunk_trades_total[5m])[1h:])"#);

fn main() {}
