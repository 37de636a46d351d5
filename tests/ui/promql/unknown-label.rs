use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_trades_total{sid="buy"}"#);

fn main() {}
