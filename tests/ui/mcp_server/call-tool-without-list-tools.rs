use cryptofunk_metrics::{
    mcp_server,
    rmcp::{ErrorData, model::CallToolResult},
};

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    #[mcp_handler]
    async fn call_tool(&self) -> Result<CallToolResult, ErrorData> {
        Ok(CallToolResult::success(Vec::new()))
    }
}

fn main() {}
