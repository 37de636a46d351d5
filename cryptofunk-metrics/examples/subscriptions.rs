//! A tool list that changes at run time: `add` adds a tool, and clients are told.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example subscriptions
//! ```
//!
//! Let an MCP host start `target/debug/examples/subscriptions`, or start it yourself with `--http`. While it runs, its metrics are
//! on <http://127.0.0.1:9281/metrics>.

use std::{collections::BTreeMap, sync::Mutex};

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{ErrorData, model::*, service::SubscriptionContext};
use tokio::sync::watch;

#[derive(Default)]
struct Subscriptions {
    added: Mutex<BTreeMap<String, String>>,
    changed: watch::Sender<()>,
}

/// Has the tools that clients add to it.
#[mcp_server(name = "subscriptions", port = 9281)]
impl Subscriptions {
    /// Adds a tool that answers a text.
    #[mcp_tool]
    async fn add(&self, name: String, answer: String) {
        self.added.lock().expect("nothing panics").insert(name, answer);
        self.changed.send_replace(());
    }

    #[mcp_handler]
    async fn list_tools(&self) -> Result<ListToolsResult, ErrorData> {
        let mut tools = Self::tools();
        for name in self.added.lock().expect("nothing panics").keys() {
            tools.push(Tool::new(name.clone(), "Answers a text.", object(serde_json::json!({ "type": "object" }))));
        }
        Ok(ListToolsResult::with_all_items(tools))
    }

    #[mcp_handler]
    async fn call_tool(&self, request: CallToolRequestParams) -> Result<CallToolResult, ErrorData> {
        let answer = self.added.lock().expect("nothing panics").get(&*request.name).cloned();
        let answer = answer.ok_or_else(|| ErrorData::invalid_params("the tool is gone", None))?;
        Ok(CallToolResult::success(vec![ContentBlock::text(answer)]))
    }

    #[mcp_handler]
    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changed = self.changed.subscribe();
        changed.mark_changed(); // perhaps it has, since the client read the list
        let failed = |error| ErrorData::internal_error(format!("the client is gone: {error}"), None);
        loop {
            tokio::select! {
                () = context.cancelled() => return Ok(()),
                Ok(()) = changed.changed() => context.sink().notify_tool_list_changed().await.map_err(failed)?,
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Subscriptions::default();
    match std::env::args().any(|argument| argument == "--http") {
        true => server.serve_http(Subscriptions::address()?).await,
        false => server.serve().await,
    }
}
