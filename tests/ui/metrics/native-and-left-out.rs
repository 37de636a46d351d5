use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(native(result_bytes), without(result_bytes))]
mod families {}

fn main() {}
