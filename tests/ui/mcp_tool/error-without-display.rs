use cryptofunk_metrics::mcp_server;

struct Greeter;

struct NoDisplay;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> Result<String, NoDisplay> {
        Err(NoDisplay)
    }
}

fn main() {}
