use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum(increase(cryptofunk_positions_open[1h]))"#);

fn main() {}
