use cryptofunk_metrics::mcp_server;

const LIMIT: u64 = 5;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool(timeout = LIMIT)]
    async fn hello(&self) {}
}

fn main() {}
