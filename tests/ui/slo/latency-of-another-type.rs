use cryptofunk_metrics::{mcp_server};

const SOON: &str = "200ms";

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300)]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(latency(99 < SOON)))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
