use cryptofunk_metrics::mcp_server;

struct Greeter;

#[mcp_server(name = "greeter", port = 9300)]
impl Clone for Greeter {
    fn clone(&self) -> Self {
        Greeter
    }
}

fn main() {}
