use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = ["mcp", "mcp"])]
mod families {}

fn main() {}
