use cryptofunk_metrics::mcp_server;

struct One;
struct Two;

/// One.
#[mcp_server(name = "one", port = 9301)]
impl One {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

/// Two.
#[mcp_server(name = "two", port = 9302)]
impl Two {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) {}
}

pub fn main() {}
