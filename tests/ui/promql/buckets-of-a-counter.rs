use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"rate(cryptofunk_mcp_requests_total_bucket[5m])"#);

fn main() {
    println!("{}", QUERY.text());
}
