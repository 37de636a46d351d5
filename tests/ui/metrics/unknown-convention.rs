use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "otel_mcp")]
mod families {}

fn main() {}
