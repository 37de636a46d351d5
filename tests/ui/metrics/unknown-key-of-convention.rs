use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(bucket(tool_call_duration_seconds = [0.1, 1.0]))]
mod families {}

fn main() {}
