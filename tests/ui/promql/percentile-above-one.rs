use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"histogram_quantile(95, rate(cryptofunk_trade_value_usd_bucket[5m]))"#);

fn main() {}
