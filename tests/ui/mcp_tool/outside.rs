use cryptofunk_metrics::mcp_tool;

struct Greeter;

impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

fn main() {}
