use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_trades_total[15s])"#);

fn main() {}
