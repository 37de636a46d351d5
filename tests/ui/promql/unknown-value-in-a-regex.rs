use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum(rate(cryptofunk_mcp_requests_total{status=~"fail.*|err"}[5m]))"#);

fn main() {}
