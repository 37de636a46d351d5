use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"max by (agent) (sum by (type) (rate(cryptofunk_agent_signals_total[5m])))"#);

fn main() {}
