//! An MCP server that sends its metrics and its spans to a collector.

use cryptofunk_metrics::{McpServer, mcp_server, metrics, trace};

/// Histograms of both kinds.
#[metrics(namespace = "exporting", convention = "mcp")]
#[convention(native(tool_call_duration_seconds))]
mod families {
    /// Characters that were echoed.
    pub fn echoed_characters_total() -> Counter;
}

struct Exporting;

/// Echoes.
#[mcp_server(name = "exporting", port = 9398, families = families)]
impl Exporting {
    /// Answers the same text.
    #[mcp_tool]
    async fn echo(&self, text: String) -> String {
        families::echoed_characters_total().inc_by(text.chars().count() as u64);
        text
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let _tracing = trace::init("exporting")?;
    Exporting.serve_http(Exporting::address()?).await
}
