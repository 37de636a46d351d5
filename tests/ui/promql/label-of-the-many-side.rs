use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, r#"cryptofunk_build_info * on (component) group_left (version) cryptofunk_component_healthy"#);

fn main() {}
