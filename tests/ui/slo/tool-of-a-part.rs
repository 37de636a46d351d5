use cryptofunk_metrics::mcp_server;

struct Weather;

mod forecasts {
    use cryptofunk_metrics::mcp_tools;

    #[mcp_tools]
    impl super::Weather {
        /// The forecast.
        #[mcp_tool(slo(success = 95))]
        async fn forecast(&self) -> String {
            String::new()
        }
    }
}

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, tools = [forecasts], slo(success = 99))]
impl Weather {}

fn main() {}
