use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_risk_limit_breaches_total > 10"#);

fn main() {}
