use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(buckets(tool_call_duration_seconds = [0.1, 0.1]))]
mod families {}

fn main() {}
