use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum by (server) (rate(cryptofunk_mcp_requests_total{status="error"}[5m])) / sum(rate(cryptofunk_mcp_requests_total[5m]))"#);

fn main() {}
