use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_portfolio_value_usd[5m])"#);

fn main() {}
