use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
#[cfg(not(target_os = "none"))]
#[cfg_attr(all(), allow(dead_code))]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    #[cfg_attr(all(), allow(clippy::unused_async))]
    async fn hello(&self) {}

    #[cfg(target_os = "none")]
    fn nowhere(&self) {}
}

pub fn main() {}
