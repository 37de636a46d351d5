use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"cryptofunk_agent_helthy == 0"#);

fn main() {}
