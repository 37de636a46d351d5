use cryptofunk_metrics::mcp::rmcp::{ErrorData, model::*};
use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    #[mcp_handler]
    async fn get_prompt(&self, request: ReadResourceRequestParams) -> Result<GetPromptResult, ErrorData> {
        Err(ErrorData::internal_error(request.uri, None))
    }
}

fn main() {}
