use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum by (symbols) (rate(cryptofunk_trades_total[5m]))"#);

fn main() {}
