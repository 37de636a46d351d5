//! Tools with arguments of their own.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example calculator
//! ```
//!
//! Let an MCP host start `target/debug/examples/calculator`. While it runs, its metrics are
//! on <http://127.0.0.1:9271/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server};

struct Calculator;

/// Calculates.
#[mcp_server(name = "calculator", port = 9271)]
impl Calculator {
    /// Adds two numbers.
    #[mcp_tool]
    fn sum(
        &self,
        /** The number on the left. */
        a: i32,
        b: i32,
    ) -> String {
        (a + b).to_string()
    }

    /// Subtracts a number from another.
    #[mcp_tool]
    fn sub(
        &self,
        /** The number on the left. */
        a: i32,
        /** The number on the right. */
        b: i32,
    ) -> String {
        (a - b).to_string()
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    Calculator.serve().await
}
