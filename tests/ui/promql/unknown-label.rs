use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_trades_total{sid="buy"}"#);

fn main() {}
