//! A tool that asks the client's language model.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example sampling
//! ```
//!
//! Let an MCP host start `target/debug/examples/sampling`. While it runs, its metrics are
//! on <http://127.0.0.1:9276/metrics>.
#![allow(deprecated, reason = "the newest protocol has no sampling; older clients do")]

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData, Peer, RoleServer,
    model::{ContextInclusion, CreateMessageRequestParams, ModelHint, ModelPreferences, SamplingMessage},
};

struct Sampling;

/// Asks the client's language model. The client needs `sampling/createMessage`; without it, the tools answer errors.
#[mcp_server(name = "sampling", port = 9276)]
impl Sampling {
    /// Asks a question.
    #[mcp_tool]
    async fn ask_llm(
        &self,
        peer: Peer<RoleServer>,
        /** The question. */
        #[default("Hello LLM")]
        question: String,
    ) -> Result<String, ErrorData> {
        let preferences = ModelPreferences::new()
            .with_hints(vec![ModelHint::new("claude")])
            .with_cost_priority(0.3)
            .with_speed_priority(0.8)
            .with_intelligence_priority(0.7);
        let request = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(&question)], 150)
            .with_model_preferences(preferences)
            .with_system_prompt("You are a helpful assistant.")
            .with_include_context(ContextInclusion::None)
            .with_temperature(0.7);
        let failed = |error| ErrorData::internal_error(format!("sampling failed: {error}"), None);
        let response = peer.create_message(request).await.map_err(failed)?;
        let answer = response.message.content.first().and_then(|content| content.as_text());
        let answer = answer.map_or("no text", |text| &text.text);
        Ok(format!("Question: {question}\nAnswer: {answer}"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    Sampling.serve().await
}
