use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_component_healthy * on (component) group_left (release) cryptofunk_build_info"#);

fn main() {}
