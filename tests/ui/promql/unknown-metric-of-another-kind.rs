use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"sum(shop_orders_total)"#);

fn main() {
    println!("{}", QUERY.text());
}
