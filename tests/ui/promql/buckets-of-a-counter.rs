use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"rate(cryptofunk_mcp_requests_total_bucket[5m])"#);

fn main() {}
