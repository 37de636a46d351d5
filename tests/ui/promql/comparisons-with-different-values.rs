use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"up{job="a"} == 0 and up{job="b"} == 0"#);

fn main() {}
