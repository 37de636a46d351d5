use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"sum by (job) (up{job="a"}) / sum by (job) (up{job="b"})"#);

fn main() {}
