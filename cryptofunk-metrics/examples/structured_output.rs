//! Tools whose results are structured: any type with a schema is.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example structured_output
//! ```
//!
//! Let an MCP host start `target/debug/examples/structured_output`. While it runs, its metrics are
//! on <http://127.0.0.1:9275/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server, schemars::JsonSchema};
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
struct Weather {
    temperature: f64,
    description: String,
    humidity: u8,
    wind_speed: f64,
}

#[derive(Serialize, JsonSchema)]
struct Calculation {
    result: f64,
    operation: String,
    input_count: usize,
}

struct StructuredOutput;

/// Answers with structured content, and with text.
#[mcp_server(name = "structured-output", port = 9275)]
impl StructuredOutput {
    /// The weather of a city.
    #[mcp_tool]
    async fn get_weather(&self, city: String, units: Option<String>) -> Weather {
        let temperature = if units.as_deref() == Some("fahrenheit") { 72.5 } else { 22.5 };
        Weather { temperature, description: format!("Partly cloudy in {city}"), humidity: 65, wind_speed: 12.5 }
    }

    /// Calculates `sum`, `average` or `product`.
    #[mcp_tool]
    async fn calculate(&self, numbers: Vec<i32>, operation: String) -> Result<Calculation, String> {
        if numbers.is_empty() {
            return Err("there are no numbers".to_owned());
        }
        let result = match operation.as_str() {
            "sum" => numbers.iter().sum::<i32>() as f64,
            "average" => numbers.iter().sum::<i32>() as f64 / numbers.len() as f64,
            "product" => numbers.iter().product::<i32>() as f64,
            _ => return Err(format!("unknown operation `{operation}`")),
        };
        Ok(Calculation { result, operation, input_count: numbers.len() })
    }

    /// What this server is.
    #[mcp_tool]
    async fn get_info(&self) -> &'static str {
        "Structured Output Example Server v1.0"
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    StructuredOutput.serve().await
}
