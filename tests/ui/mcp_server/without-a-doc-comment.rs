use cryptofunk_metrics::{McpServer, mcp_server};

struct Greeter;

#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

fn main() {
    // One mistake, one message: nothing about what the block would have brought.
    drop((Greeter.serve(), Greeter::address()));
}
