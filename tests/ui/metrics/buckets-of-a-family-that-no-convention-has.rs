use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(buckets(tool_calls_duration_seconds = [0.1, 1.0]), without(result_byte))]
mod families {}

fn main() {}
