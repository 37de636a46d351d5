use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"sum(rate(cryptofunk_mcp_requests_total{status=~"fail.*|err"}[5m]))"#);

fn main() {
    println!("{}", QUERY.text());
}
