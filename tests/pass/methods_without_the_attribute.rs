use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    const GREETING: &'static str = "hello";

    fn new() -> Self {
        Greeter
    }

    fn greet<T: AsRef<str>>(&mut self, name: T) -> String {
        format!("{} {}", Self::GREETING, name.as_ref())
    }

    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        Greeter::new().greet("you")
    }
}

pub fn main() {}
