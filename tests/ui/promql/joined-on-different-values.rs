use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"up{job="a"} * 100 / on (job) up{job=~"b|c"}"#);

fn main() {}
