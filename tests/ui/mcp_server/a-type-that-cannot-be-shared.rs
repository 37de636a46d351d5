use std::rc::Rc;

use cryptofunk_metrics::mcp_server;

struct Greeter {
    name: Rc<str>,
}

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        self.name.to_string()
    }
}

fn main() {}
