use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(native(tool_duration_seconds))]
mod families {}

fn main() {}
