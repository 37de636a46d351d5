use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    #[mcp_handler]
    fn list_prompts(&self) -> Result<cryptofunk_metrics::mcp::rmcp::model::ListPromptsResult, cryptofunk_metrics::mcp::rmcp::ErrorData> {
        Ok(cryptofunk_metrics::mcp::rmcp::model::ListPromptsResult::default())
    }
}

fn main() {}
