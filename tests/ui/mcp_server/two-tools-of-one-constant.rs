use cryptofunk_metrics::mcp_server;

const NAME: &str = "hello";

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}

    /// Says it again.
    #[mcp_tool(name = NAME)]
    async fn again(&self) {}
}

fn main() {}
