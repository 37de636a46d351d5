use cryptofunk_metrics::mcp_server;

struct Greeter;

use cryptofunk_metrics::mcp::rmcp::handler::server::wrapper::Parameters;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Name {
    name: String,
}

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self, all: Parameters<Name>, loud: bool) {
        let _ = (all, loud);
    }
}

fn main() {}
