use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum by (tool) (rate(cryptofunk_mcp_requests_total[5m]))"#);

fn main() {}
