use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"cryptofunk_risk_limit_breaches_total > 10"#);

fn main() {
    println!("{}", QUERY.text());
}
