use cryptofunk_metrics::{mcp_server};

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300)]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(sucess = 99.9))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
