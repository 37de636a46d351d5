use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum(shop_orders_total)"#);

fn main() {}
