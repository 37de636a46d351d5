use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"histogram_quantile(0.95, rate(cryptofunk_mcp_requests_total[5m]))"#);

fn main() {}
