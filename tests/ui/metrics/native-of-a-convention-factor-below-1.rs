use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(native(result_bytes(factor = 0.5)))]
mod families {}

fn main() {}
