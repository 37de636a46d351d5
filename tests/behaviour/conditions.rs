//! `#[cfg_attr]` on what a block has: the attribute counts where its condition holds, and nothing is there elsewhere.

use std::sync::Arc;

use cryptofunk_metrics::{McpServer, exporter::Exporter, mcp_server, testing};
use serde_json::{Value, json};

struct Sometimes;

/// Has what its conditions say.
#[mcp_server(name = "sometimes", port = 9313)]
impl Sometimes {
    /// Is a tool.
    #[cfg_attr(all(), mcp_tool(read_only))]
    fn yes(&self) -> &'static str {
        "yes"
    }

    /// Is a method alone, with parameters that only a tool's could be.
    #[cfg_attr(any(), mcp_tool)]
    fn no(
        &self,
        /** How often. */
        #[default(1)]
        #[serde(rename = "n")]
        times: usize,
    ) -> String {
        "no".repeat(times)
    }

    /// Has one of two names.
    #[cfg_attr(all(), mcp_tool(name = "right"))]
    #[cfg_attr(not(all()), mcp_tool(name = "left"))]
    fn side(&self) {}

    #[mcp_tool]
    #[cfg_attr(all(), doc = "The first text.")]
    #[cfg_attr(not(all()), doc = "The second text.")]
    fn told(&self, #[cfg_attr(all(), default(7))] n: u8, #[cfg_attr(all(), serde(rename = "m"))] o: Option<u8>) -> u8 {
        n + o.unwrap_or_default()
    }

    /// Is not there at all.
    #[mcp_tool]
    #[cfg_attr(all(), cfg(any()))]
    fn gone(&self) -> Missing {}

    #[cfg_attr(any(), health_check)]
    async fn ill(&self) -> Result<(), String> {
        Err("ill".to_owned())
    }

    #[cfg_attr(all(), cfg_attr(all(), health_check))]
    async fn well(&self) -> Result<(), String> {
        Ok(())
    }

    #[cfg_attr(any(), mcp_handler)]
    async fn list_prompts(&self) -> Result<rmcp::model::ListPromptsResult, rmcp::ErrorData> {
        Ok(rmcp::model::ListPromptsResult::default())
    }
}

async fn called(name: &str, arguments: Value) -> String {
    let result = testing::call(&Sometimes, name, arguments).await;
    serde_json::to_string(&result).expect("JSON")
}

#[tokio::test]
async fn attributes_under_a_condition_count_where_it_holds() {
    assert_eq!(Sometimes::TOOLS.iter().map(|tool| tool.name).collect::<Vec<_>>(), ["yes", "right", "told"]);
    let tools = Sometimes::tools();
    assert_eq!(tools[0].annotations.as_ref().and_then(|hints| hints.read_only_hint), Some(true));
    assert_eq!(tools[2].description.as_deref(), Some("The first text."));
    assert!(called("told", json!({ "m": 2 })).await.contains('9'));
    assert_eq!(Sometimes.no(2), "nono");
    assert!(Sometimes.ill().await.is_err());
    assert!(Sometimes.list_prompts().await.is_ok());
    assert_eq!(rmcp::ServerHandler::get_info(&Sometimes).capabilities.prompts, None);
    let exporter = format!("{:?}", Exporter::of(&Arc::new(Sometimes)));
    assert!(exporter.contains(r#"["well"]"#), "{exporter}");
}
