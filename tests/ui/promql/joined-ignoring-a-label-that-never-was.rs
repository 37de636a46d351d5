use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_win_rate / ignoring (side) cryptofunk_sharpe_ratio"#);

fn main() {}
