use cryptofunk_metrics::mcp_server;

struct Greeter {
    greeting: &'static str,
}

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// The greeting.
    #[mcp_tool]
    async fn greeting<'a>(&'a self) -> &'a str {
        self.greeting
    }

    /// The greeting, without a copy.
    #[mcp_tool]
    async fn shared(&self) -> std::borrow::Cow<'_, str> {
        self.greeting.into()
    }
}

pub fn main() {}
