use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, slo())]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo)]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
