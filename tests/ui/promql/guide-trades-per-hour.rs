use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"rate(cryptofunk_total_trades[1h])"#);

fn main() {
    println!("{}", QUERY.text());
}
