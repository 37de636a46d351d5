mod server {
    use cryptofunk_metrics::mcp_server;

    pub(crate) struct Greeter;

    /// Greets.
    #[mcp_server(name = "greeter", port = 9300)]
    impl Greeter {
        /// Says hello.
        #[mcp_tool]
        pub(crate) async fn hello(&self) {}

        #[mcp_tool(description = "Says goodbye.")]
        async fn goodbye(&self) {}
    }
}

#[allow(dead_code)]
async fn call() {
    server::Greeter.hello().await;
}

pub fn main() {}
