use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"sum by (tool) (rate(cryptofunk_mcp_requests_total{status="failed",servr="a"}[5m])) / rate(cryptofunk_positions_open[5m])"#);

fn main() {}
