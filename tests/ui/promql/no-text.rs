use cryptofunk_metrics::{CATALOG, Query, promql};

const TEXT: &str = "up";
const _: Query = promql!(CATALOG, TEXT);

fn main() {}
