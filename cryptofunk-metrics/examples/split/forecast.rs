//! Tools that read.

use cryptofunk_metrics::mcp_tools;

use super::Weather;

#[mcp_tools]
impl Weather {
    /// The weather of tomorrow.
    #[mcp_tool(read_only)]
    async fn tomorrow(&self, city: String) -> String {
        format!("Sunny in {city}.")
    }
}
