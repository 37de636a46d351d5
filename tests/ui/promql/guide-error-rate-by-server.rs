use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_mcp_requests_total{status="error"}[5m]) / rate(cryptofunk_mcp_requests_total[5m])"#);

fn main() {}
