use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, slo(latency(99 < "10m")))]
impl Weather {
    /// The forecast.
    #[mcp_tool]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
