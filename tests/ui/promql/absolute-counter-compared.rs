use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"abs(cryptofunk_trades_total) > 5"#);

fn main() {}
