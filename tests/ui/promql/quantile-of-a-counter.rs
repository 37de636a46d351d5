use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"histogram_quantile(0.95, rate(cryptofunk_mcp_requests_total[5m]))"#);

fn main() {
    println!("{}", QUERY.text());
}
