use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"quantile(-0.5, cryptofunk_positions_open)"#);

fn main() {}
