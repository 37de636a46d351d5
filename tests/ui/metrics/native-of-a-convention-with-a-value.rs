use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(native(result_bytes = 2))]
mod families {}

fn main() {}
