use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"up{job="a",job=~"b.*"}"#);

fn main() {}
