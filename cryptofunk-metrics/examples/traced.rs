//! A server that sends its spans and its metrics to a collector of OpenTelemetry:
//!
//! ```sh
//! OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 cargo run -p cryptofunk-metrics --example traced --features otlp,trace
//! ```
//!
//! Without the variable, it sends nothing.

use cryptofunk_metrics::{McpServer, mcp_server, trace};

struct Weather;

/// Tells the weather.
#[mcp_server(name = "weather", port = 9290)]
impl Weather {
    /// Says whether it rains in a city.
    #[mcp_tool]
    async fn rains(&self, city: String) -> bool {
        city == "Bergen"
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let _tracing = trace::init("weather")?; // sends spans; metrics need no code
    Weather.serve_http(Weather::address()?).await
}
