use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"deriv(cryptofunk_agent_signals_total[10m])"#);

fn main() {}
