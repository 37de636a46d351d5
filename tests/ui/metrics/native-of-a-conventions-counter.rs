use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(native(tool_calls_total))]
mod families {}

fn main() {}
