use cryptofunk_metrics::mcp_server;

const NAME: &str = "My Greeter";

struct Greeter;

/// Greets.
#[mcp_server(name = NAME, port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

fn main() {}
