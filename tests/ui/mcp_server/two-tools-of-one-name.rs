use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        "hello".to_owned()
    }

    /// Says hello again.
    #[mcp_tool(name = "hello")]
    async fn hello_again(&self) -> String {
        "hello again".to_owned()
    }
}

fn main() {}
