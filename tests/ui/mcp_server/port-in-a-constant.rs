use cryptofunk_metrics::mcp_server;

const PORT: u16 = 0;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = PORT)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

fn main() {}
