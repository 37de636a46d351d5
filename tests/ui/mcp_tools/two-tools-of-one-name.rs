use cryptofunk_metrics::mcp_server;

struct Weather;

mod forecast {
    use cryptofunk_metrics::mcp_tools;

    #[mcp_tools]
    impl super::Weather {
        /// The weather.
        #[mcp_tool(name = "weather")]
        async fn tomorrow(&self) {}
    }
}

/// Weather.
#[mcp_server(name = "weather", port = 9300, tools = [forecast])]
impl Weather {
    /// The weather.
    #[mcp_tool]
    async fn weather(&self) {}
}

fn main() {}
