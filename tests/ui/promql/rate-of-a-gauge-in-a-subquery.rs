use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_positions_open[5m:30s])"#);

fn main() {}
