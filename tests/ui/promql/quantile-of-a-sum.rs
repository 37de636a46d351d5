use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"histogram_quantile(0.95, rate(cryptofunk_mcp_request_duration_seconds_sum[5m]))"#);

fn main() {}
