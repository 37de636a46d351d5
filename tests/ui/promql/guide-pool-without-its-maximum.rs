use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_database_connections_active / cryptofunk_database_connections_maximum"#);

fn main() {}
