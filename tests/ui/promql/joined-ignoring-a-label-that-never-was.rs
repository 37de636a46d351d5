use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_win_rate / ignoring (side) cryptofunk_sharpe_ratio"#);

fn main() {}
