use cryptofunk_metrics::{CATALOG, Query, promql};

const TEXT: &str = "up";
const QUERY: Query = promql!(CATALOG, TEXT);

fn main() {
    println!("{}", QUERY.text());
}
