use cryptofunk_metrics::mcp_tools;

struct Weather;

#[mcp_tools]
impl Weather {
    /// Tomorrow.
    #[mcp_tool]
    async fn tomorrow(&self) {}

    #[mcp_handler]
    async fn list_prompts(&self) {}
}

fn main() {}
