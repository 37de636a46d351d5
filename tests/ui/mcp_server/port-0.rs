use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 0)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        "hello".to_owned()
    }
}

fn main() {}
