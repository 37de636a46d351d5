use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"rate(cryptofunk_trade_value_usd[5m])"#);

fn main() {
    println!("{}", QUERY.text());
}
