use cryptofunk_metrics::{McpServer, mcp_server};
use rmcp::ServiceExt;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

// `serve_stdio` is the way out: ../../pass/two_traits_that_serve.rs
fn main() {
    let _ = Greeter.serve();
}
