use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_risk_limit_breaches_total > 10"#);

fn main() {}
