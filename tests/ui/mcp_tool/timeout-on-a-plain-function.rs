use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool(timeout = "1s")]
    fn hello(&self) {}
}

fn main() {}
