use cryptofunk_metrics::{CATALOG, Query, promql};
use cryptofunk_metrics::Schema;

const KNOWN: Schema = Schema::new(CATALOG).with_values("server", &["market-data", "risk-analyzer"]);

const _: Query = promql!(KNOWN, r#"sum(rate(cryptofunk_mcp_requests_total{server="risk-analyser"}[5m]))"#);

fn main() {}
