//! An MCP server on standard input and output, or over HTTP:
//!
//! ```sh
//! cargo run --example greeter -- --http
//! curl -s http://127.0.0.1:9299/metrics
//! ```

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
