use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
#[allow(dead_code, unused_variables)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    #[allow(non_snake_case)]
    #[must_use]
    async fn sayHello(&self, #[allow(unused_variables)] name: String) -> String {
        "hello".to_owned()
    }

    #[inline]
    #[deprecated]
    fn old(&self) {}
}

pub fn main() {}
