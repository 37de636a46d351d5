use cryptofunk_metrics::mcp_handler;

struct Greeter;

impl Greeter {
    #[mcp_handler]
    async fn ping(&self) {}
}

fn main() {}
