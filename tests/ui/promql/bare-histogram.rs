use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_trade_value_usd[5m])"#);

fn main() {}
