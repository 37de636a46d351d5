use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop", convention = "mcp")]
#[convention(buckets(tool_call_duration_seconds = exponential(10, 0.5, 10)))]
mod families {}

fn main() {}
