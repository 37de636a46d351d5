use cryptofunk_metrics::metrics;

/// Orders.
#[metrics(namespace = "shop")]
fn placed_total() {}

fn main() {}
