use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_total_trades[1h])"#);

fn main() {}
