use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"sum without (server) (rate(cryptofunk_trades_total[5m]))"#);

fn main() {}
