use cryptofunk_metrics::{mcp_server, metrics};

#[metrics(namespace = "weather", convention = "otel-mcp")]
mod families {}

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = families)]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(latency(99 < "2500us")))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
