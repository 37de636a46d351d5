use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"sum(increase(cryptofunk_positions_open[1h]))"#);

fn main() {
    println!("{}", QUERY.text());
}
