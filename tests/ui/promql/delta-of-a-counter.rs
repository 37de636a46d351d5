use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"delta(cryptofunk_trades_total[1h])"#);

fn main() {}
