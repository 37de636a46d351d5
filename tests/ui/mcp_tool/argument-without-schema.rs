use cryptofunk_metrics::mcp_server;

struct Greeter;

#[derive(serde::Deserialize)]
struct Name(String);

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self, name: Name) {
        let _ = name;
    }
}

fn main() {}
