use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_total_trades[1h])"#);

fn main() {}
