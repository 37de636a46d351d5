use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::ServiceExt;

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
    Greeter.serve_stdio().await
}

#[allow(dead_code)]
async fn in_full() -> Result<(), Error> {
    McpServer::serve(Greeter).await
}

#[allow(dead_code)]
async fn by_the_sdk(there: tokio::io::DuplexStream) {
    _ = Greeter.serve_with_ct(there, Default::default()).await;
}

pub fn main() {}
