use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(buckets(tool_calls_total = [0.1, 1.0]))]
mod families {}

fn main() {}
