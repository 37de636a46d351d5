use cryptofunk_metrics::mcp_server;

struct Weather;

mod forecast {}

/// Weather.
#[mcp_server(name = "weather", port = 9300, tools = [forecast])]
impl Weather {
    /// The weather.
    #[mcp_tool]
    async fn weather(&self) {}
}

fn main() {}
