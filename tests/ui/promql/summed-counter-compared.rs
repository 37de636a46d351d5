use cryptofunk_metrics::{CATALOG, Query, promql};

const _: Query = promql!(CATALOG, r#"sum by (agent) (cryptofunk_agent_llm_calls_total{status="error"}) > 5"#);

fn main() {}
