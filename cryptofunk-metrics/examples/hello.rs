//! The smallest MCP server with metrics, over HTTP:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example hello
//! curl -s http://127.0.0.1:9299/metrics | grep hello
//! ```
//!
//! It prints its addresses. `/metrics` has the tool `hello` with 0 calls; the README of the repository shows how to call it.

use cryptofunk_metrics::{McpServer, mcp_server};

struct Greeter;

/// Greets people.
#[mcp_server(name = "greeter", port = 9299)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(
        &self,
        /// Whom to greet.
        name: String,
    ) -> Result<String, String> {
        if name.is_empty() { Err("the name is empty".to_owned()) } else { Ok(format!("Hello, {name}!")) }
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    Greeter.serve_http(Greeter::address()?).await
}
