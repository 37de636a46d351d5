//! Tools with state, prompts by the SDK's `#[prompt_router]`, and resources.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example counter --features macros
//! ```
//!
//! Let an MCP host start `target/debug/examples/counter`, or start it yourself with `--http`. While it runs, its metrics are
//! on <http://127.0.0.1:9272/metrics>.

use std::{sync::atomic::AtomicI32, sync::atomic::Ordering::SeqCst, time::Duration};

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData, RoleServer,
    handler::server::{prompt::PromptContext, wrapper::Parameters},
    model::*,
    object, prompt, prompt_router,
    schemars::JsonSchema,
    service::RequestContext,
};
use serde::{Deserialize, Deserializer, de::Error as _};

#[derive(Deserialize, JsonSchema)]
struct Message {
    /// The text that the prompt contains.
    message: String,
}

#[derive(Deserialize, JsonSchema)]
struct Analysis {
    /// The value to reach.
    #[serde(deserialize_with = "number")]
    goal: i32,
    /// `fast` or `careful`.
    strategy: Option<String>,
}

/// Prompts have texts as arguments; some clients send numbers all the same.
fn number<'de, D: Deserializer<'de>>(value: D) -> Result<i32, D::Error> {
    match serde_json::Value::deserialize(value)? {
        serde_json::Value::String(text) => text.parse().map_err(D::Error::custom),
        other => i32::deserialize(other).map_err(D::Error::custom),
    }
}

#[derive(Default)]
struct Counter(AtomicI32);

#[prompt_router]
impl Counter {
    /// Repeats a message.
    #[prompt(name = "example_prompt", meta = MetaObject(object!({ "meta_key": "meta_value" })))]
    async fn example_prompt(&self, Parameters(Message { message }): Parameters<Message>) -> Vec<PromptMessage> {
        vec![PromptMessage::new_text(Role::User, format!("This is an example prompt with your message: '{message}'"))]
    }

    /// Compares the counter with a goal.
    #[prompt(name = "counter_analysis")]
    async fn counter_analysis(&self, Parameters(Analysis { goal, strategy }): Parameters<Analysis>) -> GetPromptResult {
        let (now, strategy) = (self.0.load(SeqCst), strategy.unwrap_or_else(|| "careful".to_owned()));
        let question = format!("The counter is at {now}, {} from {goal}. Strategy: {strategy}. What next?", goal - now);
        GetPromptResult::new(vec![
            PromptMessage::new_text(Role::Assistant, "I look at the counter and suggest the best way."),
            PromptMessage::new_text(Role::User, question),
        ])
        .with_description(format!("From {now} to {goal}"))
    }
}

/// Counts up and down. Prompts: `example_prompt` (takes a message) and `counter_analysis` (compares the counter with a goal).
#[mcp_server(name = "counter", port = 9272)]
impl Counter {
    /// Adds 1.
    #[mcp_tool]
    async fn increment(&self) -> i32 {
        self.0.fetch_add(1, SeqCst) + 1
    }

    /// Subtracts 1.
    #[mcp_tool]
    async fn decrement(&self) -> i32 {
        self.0.fetch_sub(1, SeqCst) - 1
    }

    /// The value.
    #[mcp_tool]
    async fn get_value(&self) -> i32 {
        self.0.load(SeqCst)
    }

    /// Takes ten seconds.
    #[mcp_tool]
    async fn long_task(&self) -> &'static str {
        tokio::time::sleep(Duration::from_secs(10)).await;
        "Long task completed"
    }

    /// Says hello.
    #[mcp_tool]
    fn say_hello(&self) -> &'static str {
        "hello"
    }

    /// Repeats its arguments.
    #[mcp_tool]
    fn echo(&self, arguments: JsonObject) -> String {
        serde_json::Value::Object(arguments).to_string()
    }

    /// Adds two numbers.
    #[mcp_tool]
    fn sum(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    /// The session, which only HTTP has.
    #[mcp_tool]
    fn get_session_id(&self, context: RequestContext<RoleServer>) -> String {
        let parts = context.extensions.get::<axum::http::request::Parts>();
        let id = parts.and_then(|parts| parts.headers.get("mcp-session-id"));
        id.map_or("no session".to_owned(), |id| id.to_str().unwrap_or("(not ASCII)").to_owned())
    }

    #[mcp_handler]
    async fn list_tools(&self) -> Result<ListToolsResult, ErrorData> {
        let meta = Some(MetaObject(object!({ "tool_meta_key": "tool_meta_value" })));
        Ok(ListToolsResult { meta, ..ListToolsResult::with_all_items(Self::tools()) })
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        let meta = Some(MetaObject(object!({ "router_meta_key": "router_meta_value" })));
        Ok(ListPromptsResult { meta, ..ListPromptsResult::with_all_items(Self::prompt_router().list_all()) })
    }

    #[mcp_handler]
    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let context = PromptContext::new(self, request.name, request.arguments, context);
        Self::prompt_router().get_prompt(context).await
    }

    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![
            Resource::new("str:////Users/to/some/path/", "cwd"),
            Resource::new("memo://insights", "memo-name"),
        ]))
    }

    #[mcp_handler]
    async fn read_resource(&self, request: ReadResourceRequestParams) -> Result<ReadResourceResult, ErrorData> {
        let text = match request.uri.as_str() {
            "str:////Users/to/some/path/" => "/Users/to/some/path/",
            "memo://insights" => "Business Intelligence Memo\n\nFive insights ...",
            uri => return Err(ErrorData::resource_not_found("no such resource", Some(object!({ "uri": uri }).into()))),
        };
        Ok(ReadResourceResult::new(vec![ResourceContents::text(text, request.uri)]))
    }

    #[mcp_handler]
    async fn list_resource_templates(&self) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::default())
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    match std::env::args().any(|argument| argument == "--http") {
        true => Counter::default().serve_http(Counter::address()?).await,
        false => Counter::default().serve().await,
    }
}
