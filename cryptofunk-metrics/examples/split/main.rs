//! A server whose tools stand in several files:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example split
//! curl -s http://127.0.0.1:9286/metrics | grep tool_calls_total
//! ```
//!
//! `/metrics` has the tools of all three files under one server.

use cryptofunk_metrics::{McpServer, mcp_server};
use tokio::sync::Mutex;

mod admin;
mod forecast;

pub struct Weather {
    cities: Mutex<Vec<String>>,
}

/// Knows the weather.
#[mcp_server(name = "split", port = 9286, tools = [forecast, admin])]
impl Weather {
    /// The cities that have a station.
    #[mcp_tool]
    async fn cities(&self) -> Vec<String> {
        self.cities.lock().await.clone()
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let weather = Weather { cities: Mutex::new(vec!["Oslo".to_owned()]) };
    weather.serve_http(Weather::address()?).await
}
