use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, slo(success = 99.9, latency(99 < "200ms")))]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(success = 99.5, latency(99 < "500ms")))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
