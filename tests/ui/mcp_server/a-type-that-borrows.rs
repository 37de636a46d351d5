use cryptofunk_metrics::mcp_server;

struct Greeter<'a> {
    name: &'a str,
}

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl<'a> Greeter<'a> {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        self.name.to_owned()
    }
}

fn main() {
    drop(Greeter { name: "a" }.serve());
}
