use cryptofunk_metrics::mcp_server;

const NAME: &str = "say hello";

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool(name = NAME)]
    async fn hello(&self) {}
}

fn main() {}
