//! Tools that ask the user, with a form or by a URL.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example elicitation --features elicitation
//! ```
//!
//! Let an MCP host start `target/debug/examples/elicitation`. While it runs, its metrics are
//! on <http://127.0.0.1:9277/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData, Peer, RoleServer, elicit_safe,
    model::{CallToolResult, ContentBlock, ElicitationAction},
    schemars::JsonSchema,
};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

#[derive(Deserialize, JsonSchema)]
struct UserInfo {
    /// The user's name.
    name: String,
}
elicit_safe!(UserInfo);

#[derive(Default)]
struct Elicitation {
    user_name: Mutex<Option<String>>,
}

/// Greets a user, whose name it asks for.
#[mcp_server(name = "elicitation", port = 9277)]
impl Elicitation {
    /// Greets the user.
    #[mcp_tool]
    async fn greet_user(&self, peer: Peer<RoleServer>, greeting: String) -> String {
        let known = self.user_name.lock().await.clone();
        let name = match known {
            Some(name) => name,
            None => match peer.elicit::<UserInfo>("Please provide your name").await {
                Ok(Some(user)) => self.user_name.lock().await.insert(user.name).clone(),
                Ok(None) => "Guest".to_owned(),
                Err(_) => "Unknown".to_owned(),
            },
        };
        format!("{greeting} {name}!")
    }

    /// Forgets the user's name.
    #[mcp_tool]
    async fn reset_name(&self) -> &'static str {
        *self.user_name.lock().await = None;
        "User name reset. The next greeting asks for it."
    }

    /// Sends the user to a web page.
    #[mcp_tool]
    async fn secure_tool_call(&self, peer: Peer<RoleServer>) -> Result<CallToolResult, ErrorData> {
        let page: Url = "https://example.com/complete_tool".parse().expect("a URL");
        let action = peer.elicit_url("Visit this page to complete the call", page, "elicit_123").await;
        let action = action.map_err(|error| ErrorData::internal_error(format!("elicitation failed: {error}"), None))?;
        let text = |text: &str| vec![ContentBlock::text(text)];
        Ok(match action {
            ElicitationAction::Accept => CallToolResult::success(text("Elicitation via URL successful")),
            ElicitationAction::Cancel => CallToolResult::success(text("Elicitation via URL cancelled by the user")),
            ElicitationAction::Decline => CallToolResult::error(text("Elicitation via URL declined by the user")),
            _ => CallToolResult::error(text("Unknown elicitation action")),
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    Elicitation::default().serve().await
}
