use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, slo(success = 100, latency(101 < "soon")))]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(success = 1, letency(99 < "1s")))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
