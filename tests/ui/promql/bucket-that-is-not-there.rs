use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_trade_value_usd_bucket{le="1.5"}"#);

fn main() {}
