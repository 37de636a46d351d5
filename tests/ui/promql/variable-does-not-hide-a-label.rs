use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum by (tol) (rate(cryptofunk_mcp_tool_calls_total{server=~"$server"}[$__rate_interval]))"#);

fn main() {}
