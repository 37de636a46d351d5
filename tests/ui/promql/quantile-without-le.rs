use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"histogram_quantile(0.95, sum by (server) (rate(cryptofunk_mcp_request_duration_seconds_bucket[5m])))"#);

fn main() {}
