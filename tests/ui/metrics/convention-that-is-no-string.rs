use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = mcp)]
mod families {}

fn main() {}
