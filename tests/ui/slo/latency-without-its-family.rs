use cryptofunk_metrics::{mcp_server, metrics};

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(without(tool_call_duration_seconds))]
mod families {}

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = families)]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(latency(99 < "200ms")))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
