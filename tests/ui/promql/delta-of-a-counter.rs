use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"delta(cryptofunk_trades_total[1h])"#);

fn main() {}
