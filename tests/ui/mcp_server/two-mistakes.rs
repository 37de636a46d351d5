use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 0)]
impl Greeter {
    #[mcp_tool]
    async fn hello(&mut self) -> String {
        "hello".to_owned()
    }
}

fn main() {}
