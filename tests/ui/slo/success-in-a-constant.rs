use cryptofunk_metrics::{mcp_server};

const GOAL: f64 = 100.0;

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300)]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(success = GOAL))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
