use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"cryptofunk_trades_total{sid="buy"}"#);

fn main() {
    println!("{}", QUERY.text());
}
