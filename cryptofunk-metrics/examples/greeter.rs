//! An MCP server on standard input and output, as hosts start it. Several hosts may start it at the same time:
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example greeter
//! export METRICS_DISCOVERY_DIR=/tmp/mcp
//! sleep 60 | target/debug/examples/greeter &
//! sleep 60 | target/debug/examples/greeter &
//! cat /tmp/mcp/*.json
//! ```
//!
//! The first process serves its metrics on port 9299. The second finds the port taken, uses 9300 and says so. Prometheus finds both by
//! the files in `/tmp/mcp`. With `-- --http`, the example serves HTTP instead.

use cryptofunk_metrics::{McpServer, mcp_server};

struct Greeter;

/// Greets people.
#[mcp_server(name = "greeter", port = 9299)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(
        &self,
        /** Whom to greet. */
        name: String,
    ) -> Result<String, String> {
        // Counted as status="error"; the client sees the text.
        if name.is_empty() { Err("a name is missing".to_owned()) } else { Ok(format!("Hello, {name}!")) }
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    if std::env::args().any(|argument| argument == "--http") {
        Greeter.serve_http("127.0.0.1:9299").await // MCP at /mcp, metrics at /metrics
    } else {
        Greeter.serve().await
    }
}
