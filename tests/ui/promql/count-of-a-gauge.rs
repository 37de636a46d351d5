use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"cryptofunk_portfolio_value_usd_count"#);

fn main() {
    println!("{}", QUERY.text());
}
