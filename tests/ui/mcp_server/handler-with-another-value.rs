use cryptofunk_metrics::mcp::rmcp::{ErrorData, model::*};
use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::default())
    }
}

fn main() {}
