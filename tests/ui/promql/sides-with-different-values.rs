use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_trades_total{status="rejected"} / cryptofunk_trades_total{status="filled"}"#);

fn main() {}
