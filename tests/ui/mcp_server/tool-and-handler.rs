use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Both.
    #[mcp_tool]
    #[mcp_handler]
    async fn ping(&self) {}
}

fn main() {}
