//! An MCP server with what the public conformance suite for servers looks for, under the suite's names.

#![allow(deprecated, reason = "the suite tests what the protocol will remove, too")]

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cryptofunk_metrics::{
    McpServer,
    mcp::rmcp::{
        ErrorData,
        model::*,
        service::{SubscriptionContext, SubscriptionSink},
        task_manager::TaskManager,
    },
    mcp_server,
};
use serde_json::json;

mod client;
mod content;
mod input;
mod skills;
mod tasks;

/// A PNG of one red pixel.
const IMAGE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==";

struct Conformance {
    states: RequestStateCodec,
    tasks: TaskManager,
    level: Mutex<LoggingLevel>,
    watched: Mutex<HashSet<String>>,
    listeners: Mutex<HashMap<u64, SubscriptionSink>>,
    listener: AtomicU64,
}

/// What the conformance suite looks for.
#[mcp_server(name = "conformance", port = 9397, tools = [content, client, input, tasks])]
impl Conformance {
    /// Tells who listens that the tools have changed.
    #[mcp_tool]
    async fn test_trigger_tool_change(&self) -> &'static str {
        for listener in self.listeners() {
            // A listener that has gone away needs no notification.
            let _ = listener.notify_tool_list_changed().await;
        }
        "Tool list change triggered"
    }

    /// Tells who listens that the prompts have changed.
    #[mcp_tool]
    async fn test_trigger_prompt_change(&self) -> &'static str {
        for listener in self.listeners() {
            let _ = listener.notify_prompt_list_changed().await;
        }
        "Prompt list change triggered"
    }

    #[mcp_handler]
    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    #[mcp_handler]
    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let key = self.listener.fetch_add(1, Relaxed);
        self.listeners.lock().expect("no panic").insert(key, context.sink().clone());
        context.cancelled().await;
        self.listeners.lock().expect("no panic").remove(&key);
        Ok(())
    }

    #[mcp_handler]
    async fn set_level(&self, request: SetLevelRequestParams) -> Result<(), ErrorData> {
        *self.level.lock().expect("no panic") = request.level;
        Ok(())
    }

    #[mcp_handler]
    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
        let values = ["paris", "park", "party"].map(str::to_owned).to_vec();
        let values = values.into_iter().filter(|value| value.starts_with(&request.argument.value)).collect();
        let completion = CompletionInfo::new(values).map_err(|error| ErrorData::internal_error(error, None))?;
        Ok(CompleteResult::new(completion))
    }

    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        let resources = vec![
            skills::resource(),
            Resource::new("test://static-text", "text").with_description("A text").with_mime_type("text/plain"),
            Resource::new("test://static-binary", "binary").with_description("A picture").with_mime_type("image/png"),
        ];
        Ok(ListResourcesResult::with_all_items(resources))
    }

    #[mcp_handler]
    async fn list_resource_templates(&self) -> Result<ListResourceTemplatesResult, ErrorData> {
        let template = ResourceTemplate::new("test://template/{id}/data", "template");
        let template = template.with_description("Data by number").with_mime_type("application/json");
        Ok(ListResourceTemplatesResult::with_all_items(vec![template]))
    }

    #[mcp_handler]
    async fn read_resource(&self, request: ReadResourceRequestParams) -> Result<ReadResourceResult, ErrorData> {
        if let Some(file) = skills::read(&request.uri) {
            return Ok(ReadResourceResult::new(vec![text(&request.uri, "text/markdown", file)]));
        }
        let id = request.uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
        let contents = match (request.uri.as_str(), id) {
            ("test://static-text", _) => {
                text(&request.uri, "text/plain", "This is the content of the static text resource.")
            }
            ("test://static-binary", _) => ResourceContents::blob(IMAGE, &request.uri).with_mime_type("image/png"),
            (_, Some(id)) => {
                let data = json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
                text(&request.uri, "application/json", &data.to_string())
            }
            (uri, None) => {
                return Err(ErrorData::resource_not_found(format!("no resource {uri}"), Some(json!({"uri": uri}))));
            }
        };
        Ok(ReadResourceResult::new(vec![contents]))
    }

    #[mcp_handler]
    async fn subscribe(&self, request: SubscribeRequestParams) -> Result<(), ErrorData> {
        self.watched.lock().expect("no panic").insert(request.uri);
        Ok(())
    }

    #[mcp_handler]
    async fn unsubscribe(&self, request: UnsubscribeRequestParams) -> Result<(), ErrorData> {
        self.watched.lock().expect("no panic").remove(&request.uri);
        Ok(())
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        let argument = |name: &str| PromptArgument::new(name).with_description("An argument").with_required(true);
        let prompt = |name: &str, arguments| Prompt::new(name, Some("A prompt of the suite"), arguments);
        Ok(ListPromptsResult::with_all_items(vec![
            prompt("test_simple_prompt", None),
            prompt("test_prompt_with_arguments", Some(vec![argument("arg1"), argument("arg2")])),
            prompt("test_prompt_with_embedded_resource", Some(vec![argument("resourceUri")])),
            prompt("test_prompt_with_image", None),
            prompt("test_input_required_result_prompt", None),
        ]))
    }

    #[mcp_handler]
    async fn get_prompt(&self, request: GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let argument = |name: &str| arguments.get(name).map(ToString::to_string).unwrap_or_default();
        let says = |text: String| PromptMessage::new_text(Role::User, text);
        let shows = |content| PromptMessage::new(Role::User, content);
        let messages = match request.name.as_str() {
            "test_simple_prompt" => vec![says("This is a simple prompt for testing.".to_owned())],
            "test_prompt_with_arguments" => {
                vec![says(format!("Prompt with arguments: arg1={}, arg2={}", argument("arg1"), argument("arg2")))]
            }
            "test_prompt_with_embedded_resource" => {
                let uri = arguments.get("resourceUri").and_then(|uri| uri.as_str()).unwrap_or_default();
                let resource = text(uri, "text/plain", "Embedded resource content for testing.");
                vec![
                    shows(ContentBlock::resource(resource)),
                    says("Please process the embedded resource above.".to_owned()),
                ]
            }
            "test_prompt_with_image" => {
                let image = ContentBlock::image(IMAGE, "image/png");
                vec![shows(image), says("Please analyze the image above.".to_owned())]
            }
            "test_input_required_result_prompt" => {
                match request.input_responses.unwrap_or_default().get("user_context") {
                    Some(answer) => vec![says(format!("Context: {}", answer["content"]["context"]))],
                    None => {
                        let requests = input::required([("user_context", input::question("context"))]);
                        return Ok(InputRequiredResult::from_input_requests(requests).into());
                    }
                }
            }
            name => return Err(ErrorData::invalid_params(format!("no prompt `{name}`"), None)),
        };
        Ok(GetPromptResult::new(messages).into())
    }

    #[mcp_handler]
    async fn list_skills(&self) -> Result<ListSkillsResult, ErrorData> {
        Ok(ListSkillsResult::with_all_items(skills::all()?))
    }

    #[mcp_handler]
    async fn get_skill(&self, request: GetSkillRequestParams) -> Result<GetSkillResult, ErrorData> {
        skills::skill(&request.uri).map(GetSkillResult::new)
    }

    #[mcp_handler]
    async fn read_resource_directory(
        &self,
        request: ReadResourceDirectoryRequestParams,
    ) -> Result<ReadResourceDirectoryResult, ErrorData> {
        skills::folder(&request.uri)
    }

    #[mcp_handler]
    async fn get_task(&self, request: GetTaskParams) -> Result<GetTaskResult, ErrorData> {
        Ok(GetTaskResult::new(self.tasks.get_task(&request.task_id)?))
    }

    #[mcp_handler]
    async fn update_task(&self, request: UpdateTaskParams) -> Result<(), ErrorData> {
        self.tasks.update_task(&request.task_id, request.input_responses)
    }

    #[mcp_handler]
    async fn cancel_task(&self, request: CancelTaskParams) -> Result<(), ErrorData> {
        self.tasks.cancel_task(&request.task_id)
    }

    fn listeners(&self) -> Vec<SubscriptionSink> {
        self.listeners.lock().expect("no panic").values().cloned().collect()
    }
}

/// A text under a URI.
fn text(uri: &str, mime_type: &str, text: &str) -> ResourceContents {
    ResourceContents::text(text, uri).with_mime_type(mime_type)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Conformance {
        states: RequestStateCodec::try_new(b"a key of 32 bytes that guards nothing")?,
        tasks: TaskManager::new(),
        level: Mutex::new(LoggingLevel::Debug),
        watched: Mutex::default(),
        listeners: Mutex::default(),
        listener: AtomicU64::default(),
    };
    Ok(server.serve_http(Conformance::address()?).await?)
}
