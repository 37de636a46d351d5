use cryptofunk_metrics::{mcp_server, metrics};

#[metrics(namespace = "weather")]
mod families {
    /// Answers that came from the cache.
    pub fn cache_hits_total() -> Counter;
}

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = families)]
impl Weather {
    /// The forecast.
    #[mcp_tool]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
