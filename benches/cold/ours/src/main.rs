//! A server of one tool on stdio and streamable HTTP, measured, with `#[mcp_server]`.

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
    ) -> String {
        format!("Hello, {name}!")
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    if std::env::args().any(|argument| argument == "--stdio") {
        Greeter.serve().await
    } else {
        Greeter.serve_http("127.0.0.1:9299").await
    }
}
