use cryptofunk_metrics::mcp_server;

use cryptofunk_metrics::{Error, McpServer};

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

#[allow(dead_code)]
async fn stdio() -> Result<(), Error> {
    Greeter.serve().await
}

#[allow(dead_code)]
async fn http() -> Result<(), Error> {
    Greeter.serve_http(("127.0.0.1", Greeter::address()?.port())).await
}

pub fn main() {}
