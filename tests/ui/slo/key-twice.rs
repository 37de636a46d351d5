use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, slo(success = 99.5, success = 99.9))]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(success = 99.9), slo(success = 99.9))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
