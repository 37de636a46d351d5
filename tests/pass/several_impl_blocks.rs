use cryptofunk_metrics::mcp_server;

struct Greeter;

impl Greeter {
    fn name(&self) -> &str {
        "you"
    }
}

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        self.name().to_owned()
    }
}

impl Drop for Greeter {
    fn drop(&mut self) {}
}

pub fn main() {}
