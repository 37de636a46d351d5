//! An MCP server behind a proxy: it asks for a bearer token, and web pages of one origin may call it.
//!
//! ```sh
//! echo open-sesame > /tmp/mcp-token
//! MCP_TOKEN_FILE=/tmp/mcp-token cargo run -p cryptofunk-metrics --example proxied
//! curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:9284/mcp -d '{}'
//! curl -s http://127.0.0.1:9284/metrics | grep refused
//! ```
//!
//! Without the token, the call is answered with 401, and `/metrics` counts it as `refused`.

use cryptofunk_metrics::{McpServer, mcp::HttpSettings, mcp_server};

struct Proxied;

/// Echoes.
#[mcp_server(name = "proxied", port = 9284)]
impl Proxied {
    /// Repeats a text.
    #[mcp_tool]
    async fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let settings = HttpSettings::from_env()? // the token of MCP_TOKEN_FILE
        .allow_host("mcp.example.com") // the name that the proxy passes on
        .allow_origin("https://app.example.com"); // CORS
    Proxied.bind_http(Proxied::address()?, settings).await?.run().await
}
