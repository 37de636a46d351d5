use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_portfolio_value_usd_count"#);

fn main() {}
