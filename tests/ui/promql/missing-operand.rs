use cryptofunk_metrics::{Query, promql};
use cryptofunk_tests::CATALOG;

const _: Query = promql!(CATALOG, "cryptofunk_agent_healthy ==");

fn main() {}
