use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"sum(increase(cryptofunk_positions_open[1h]))"#);

fn main() {}
