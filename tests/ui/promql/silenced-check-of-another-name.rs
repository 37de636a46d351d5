use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_trades_total > 5 # metrics-lint: allow short-range"#);

fn main() {}
