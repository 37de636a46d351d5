use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300, version = "1.2.3", title = "Greeter", instructions = "Be nice.")]
impl Greeter {
    #[mcp_tool(
        name = "say.hello",
        title = "Hello",
        description = "Says hello.",
        read_only,
        destructive = false,
        idempotent,
        open_world = false,
        timeout = "1m 30s",
    )]
    async fn hello(&self) {}
}

pub fn main() {}
