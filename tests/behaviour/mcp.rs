//! What a server made by `#[mcp_server]` answers and records; an SDK client in memory calls it.

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Instrumented, McpServer,
    catalog::mcp::{self, ErrorType, Method, Server, Status, Tool},
    mcp_server,
    testing::{Recording, value_of},
};
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceError,
    model::*,
    service::{PeerRequestOptions, RequestContext},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

mod everything;
#[path = "mcp/replaced.rs"]
mod replaced;
mod tool_list;

use everything::*;

#[tokio::test]
async fn results_of_every_kind() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();

    assert_eq!(text(&call(&client, "add", json!({"a": 1})).await), "11");
    assert_eq!(text(&call(&client, "add", json!({"a": 1, "b": 2, "c": 3})).await), "6");
    let point = call(&client, "point", json!({"bars": 3})).await;
    assert_eq!(point.structured_content, Some(json!({"x": 3.0, "y": 0.5})));
    assert_eq!(serde_json::from_str::<Value>(text(&point)).ok(), point.structured_content);
    assert_eq!(call(&client, "undescribed", json!({})).await.structured_content, Some(json!({"n": 7})));
    assert!(call(&client, "nothing", json!({})).await.content.is_empty());
    assert_eq!(text(&call(&client, "say.hello-1", json!({})).await), "hello, world");
    assert_eq!(text(&call(&client, "list", json!({})).await), "[1,2,3]");
    assert_eq!(call(&client, "mixed", json!({})).await.content.len(), 2);

    assert_eq!(recorded(&recording, "add"), ([2, 0, 0], 2));
    assert_eq!(recorded(&recording, "point"), ([1, 0, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Success), 8);
}

#[tokio::test]
async fn errors_of_every_kind() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();

    let failed = call(&client, "point", json!({"bars": 0})).await;
    assert_eq!((failed.is_error, text(&failed)), (Some(true), "there is no bar"));
    assert_eq!(call(&client, "sdk", json!({})).await.is_error, Some(true));
    let error = client.call_tool(CallToolRequestParams::new("protocol_error")).await.expect_err("a protocol error");
    assert!(matches!(error, ServiceError::McpError(error) if error.message == "not now"));

    assert_eq!(recorded(&recording, "point"), ([0, 1, 0], 1));
    assert_eq!(recorded(&recording, "sdk"), ([0, 1, 0], 1));
    assert_eq!(recorded(&recording, "protocol_error"), ([0, 1, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Error), 3);
}

#[tokio::test]
async fn an_error_with_a_code_is_structured_and_others_are_text() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    for (id, code, message) in
        [("b", "unknown_session", "there is no session `b`"), ("night", "closed", "the shop is closed")]
    {
        let failed = call(&client, "session", json!({ "id": id })).await;
        assert_eq!((failed.is_error, text(&failed), failed.content.len()), (Some(true), message, 1));
        assert_eq!(failed.structured_content, Some(json!({ "code": code, "message": message })));
    }
    let found = call(&client, "session", json!({ "id": "a" })).await;
    assert_eq!((found.is_error, found.structured_content), (Some(false), Some(json!({ "n": 1 }))));
    let without_code = call(&client, "point", json!({ "bars": 0 })).await;
    assert_eq!((without_code.is_error, without_code.structured_content), (Some(true), None));
    assert_eq!(recorded(&recording, "session"), ([1, 2, 0], 3));
}

#[tokio::test]
async fn bad_arguments_are_an_error_that_the_model_can_read() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    for (tool, arguments, expected) in [
        ("add", json!({}), "argument `a` is missing"),
        ("add", json!({"a": "one"}), "argument `a`: invalid type: string \"one\", expected i64"),
        ("add", json!({"a": 1, "d": 2}), "unknown argument `d` (arguments of this tool: a, b, c)"),
        ("nothing", json!({"x": 2}), "unknown argument `x` (arguments of this tool: none)"),
        ("point", json!({}), "missing field `bars`"),
    ] {
        let result = call(&client, tool, arguments).await;
        assert_eq!((result.is_error, text(&result)), (Some(true), expected));
    }
    assert_eq!(recorded(&recording, "add"), ([0, 3, 0], 3));
    assert_eq!(recorded(&recording, "nothing"), ([0, 1, 0], 1));
}

#[tokio::test]
async fn a_panic_is_an_error_answer_and_the_server_lives_on() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    let result = call(&client, "panics", json!({})).await;
    assert_eq!(text(&result), "the tool `panics` failed inside the server; its log says more");
    assert_eq!(text(&call(&client, "add", json!({"a": 1})).await), "11");
    assert_eq!(recorded(&recording, "panics"), ([0, 1, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Error), 1);
}

#[tokio::test]
async fn a_timeout_is_an_error() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    let result = call(&client, "slow", json!({})).await;
    assert_eq!(text(&result), "the tool `slow` did not finish within 20ms");
    assert_eq!(recorded(&recording, "slow"), ([0, 1, 0], 1));
}

#[tokio::test]
async fn a_cancelled_call_is_dropped_and_recorded() {
    let server = Everything::default();
    let (waiting, dropped) = (server.waiting.clone(), server.dropped.clone());
    let client = connect(server).await;
    let recording = Recording::start();
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new("waits")));
    let handle = client.send_cancellable_request(request, PeerRequestOptions::no_options()).await.expect("sent");
    waiting.notified().await;
    handle.cancel(None).await.expect("the notification is sent");
    dropped.notified().await;
    // The next answer comes after the cancelled call was recorded.
    call(&client, "nothing", json!({})).await;
    assert_eq!(recorded(&recording, "waits"), ([0, 0, 1], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Cancelled), 1);
}

#[tokio::test]
async fn names_that_clients_choose_are_no_label_values() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    for i in 0..1000 {
        let error = client.call_tool(CallToolRequestParams::new(format!("tool_{i}"))).await.expect_err("no such tool");
        assert!(error.to_string().contains("unknown tool `tool_"), "{error}");
        let request = ClientRequest::CustomRequest(CustomRequest::new(format!("method/{i}"), None));
        client.send_request(request).await.expect_err("no such method");
    }
    let text = cryptofunk_metrics::encode_text();
    assert_eq!(text.lines().find(|line| line.contains("tool=\"tool_") || line.contains("\"method/")), None);
    assert_eq!(recorded(&recording, "unknown"), ([0, 1000, 0], 1000));
    assert_eq!(requests(&recording, Method::Other, Status::Error), 1000);
}

#[tokio::test]
async fn a_malformed_call_counts_as_the_method_and_the_tool_that_it_names() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    let request = CustomRequest::new("tools/call", Some(json!({"name": "add", "arguments": [1]})));
    let error = client.send_request(ClientRequest::CustomRequest(request)).await.expect_err("malformed");
    assert!(error.to_string().contains("the parameters of `tools/call` are not what the protocol says"), "{error}");
    assert_eq!(recorded(&recording, "add"), ([0, 1, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Error), 1);
    assert_eq!(requests(&recording, Method::Other, Status::Error), 0);
}

#[tokio::test]
async fn other_requests_are_answered_and_recorded() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    client.list_resources(None).await.expect("a list");
    client.get_prompt(GetPromptRequestParams::new("p")).await.expect_err("no such prompt");
    client.list_prompts(None).await.expect("prompts are announced, and there are none");
    client
        .complete(CompleteRequestParams::new(Reference::for_prompt("p"), ArgumentInfo::new("a", "b")))
        .await
        .expect_err("no completions");
    for (method, success, error) in [
        (Method::ResourcesList, 1, 0),
        (Method::PromptsGet, 0, 1),
        (Method::PromptsList, 1, 0),
        (Method::CompletionComplete, 0, 1),
    ] {
        assert_eq!(requests(&recording, method, Status::Success), success, "{method:?}");
        assert_eq!(requests(&recording, method, Status::Error), error, "{method:?}");
    }
}

#[tokio::test]
async fn the_server_announces_what_it_has() {
    let client = connect(Everything::default()).await;
    let info = client.peer_info().expect("the server has introduced itself").clone();
    assert_eq!(info.instructions.as_deref(), Some("Does one of everything."));
    let capabilities = &info.capabilities;
    assert!(capabilities.tools.is_some() && capabilities.resources.is_some() && capabilities.prompts.is_some());
    assert!(capabilities.completions.is_none());
}

#[tokio::test]
async fn tools_are_described() {
    let client = connect(Everything::default()).await;
    let tools = client.list_all_tools().await.expect("tools");
    assert_eq!(tools.len(), Everything::TOOLS.len());
    let add = &tools[0];
    assert_eq!(
        (add.name.as_ref(), add.title.as_deref(), add.description.as_deref()),
        ("add", Some("Sum"), Some("Adds."))
    );
    let hints = add.annotations.clone().expect("hints");
    assert_eq!((hints.read_only_hint, hints.idempotent_hint, hints.destructive_hint), (Some(true), Some(true), None));
    let schema = Value::Object((*add.input_schema).clone());
    assert_eq!(schema["properties"]["a"]["description"], "The first number.");
    assert_eq!(schema["properties"]["b"]["default"], 10);
    assert_eq!(schema["required"], json!(["a"]));
    assert!(schema.get("additionalProperties").is_none());
    let point = tools.iter().find(|tool| tool.name == "point").expect("point");
    assert_eq!(point.input_schema["properties"]["bars"]["description"], "How many bars.");
    assert_eq!(point.output_schema.as_ref().expect("a schema")["required"], json!(["x", "y"]));
    assert!(tools.iter().filter(|tool| tool.output_schema.is_some()).count() == 1, "only `Point` has a schema");
}

struct ByHand;

impl ServerHandler for ByHand {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info.name = "by-hand".to_owned();
        info
    }
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        match request.name.as_ref() {
            "panic" => panic!("on purpose"),
            _ => Ok(CallToolResult::success(vec![]).into()),
        }
    }
    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![Tool_::new("listed", "Listed.", JsonObject::new())]))
    }
}
use rmcp::model::Tool as Tool_;

#[tokio::test]
async fn a_handler_written_by_hand_is_recorded_from_outside() {
    let client = connect(Instrumented::new(ByHand).with_tools(["told"])).await;
    let recording = Recording::start();
    let calls = |tool, status| recording.increase_of(mcp::tool_calls_total(Server("by-hand"), Tool(tool), status));
    client.call_tool(CallToolRequestParams::new("told")).await.expect("a result");
    client.call_tool(CallToolRequestParams::new("listed")).await.expect("a result");
    client.list_tools(None).await.expect("tools");
    client.call_tool(CallToolRequestParams::new("listed")).await.expect("a result");
    client.call_tool(CallToolRequestParams::new("panic")).await.expect_err("a panic is an error");
    assert_eq!(calls("told", Status::Success), 1);
    assert_eq!(calls("listed", Status::Success), 1);
    assert_eq!(calls("unknown", Status::Success), 1, "`listed` was not known yet");
    assert_eq!(calls("unknown", Status::Error), 1);
    assert_eq!(recording.increase_of(mcp::requests_total(Server("by-hand"), Method::ToolsList, Status::Success)), 1);
}

#[tokio::test]
async fn a_generated_handler_inside_instrumented_is_recorded_once() {
    let client = connect(Instrumented::new(Everything::default())).await;
    let recording = Recording::start();
    call(&client, "nothing", json!({})).await;
    assert_eq!(recorded(&recording, "nothing"), ([1, 0, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Success), 1);
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_calls() {
    let server = Everything::default();
    let (waiting, dropped) = (server.waiting.clone(), server.dropped.clone());
    let client = connect(server).await;
    let recording = Recording::start();
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new("waits")));
    let _handle = client.send_cancellable_request(request, PeerRequestOptions::no_options()).await.expect("sent");
    waiting.notified().await;
    client.cancel().await.expect("closed");
    // The SDK waits five seconds for the answers of a client that is gone.
    tokio::time::timeout(Duration::from_secs(20), dropped.notified()).await.expect("dropped");
    tokio::task::yield_now().await;
    assert_eq!(recorded(&recording, "waits"), ([0, 0, 1], 1));
}

struct Busy(Arc<Notify>, Arc<Notify>);

/// Has one call at a time.
#[mcp_server(name = "busy", port = 9302)]
impl Busy {
    /// Waits.
    #[mcp_tool]
    async fn wait(&self) {
        self.0.notify_one();
        self.1.notified().await;
    }
}

#[tokio::test]
async fn requests_in_flight_are_those_without_an_answer() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let client = connect(Busy(entered.clone(), leave.clone())).await;
    let in_flight = || value_of(mcp::requests_in_flight(Server("busy")));
    assert_eq!(in_flight(), 0);
    let peer = client.peer().clone();
    let waiting = tokio::spawn(async move { peer.call_tool(CallToolRequestParams::new("wait")).await });
    entered.notified().await;
    assert_eq!(in_flight(), 1);
    leave.notify_one();
    waiting.await.expect("no panic").expect("an answer");
    assert_eq!(in_flight(), 0);
}

#[test]
fn other_methods_stay_as_they_are() {
    assert!(!Everything::default().helper());
}

/// The errors of a method by type since the recording began, those that are not 0.
fn errors(recording: &Recording, method: Method) -> Vec<(&'static str, u64)> {
    let types = [
        ("tool_error", ErrorType::ToolError),
        ("invalid_params", ErrorType::InvalidParams),
        ("unknown_tool", ErrorType::UnknownTool),
        ("unknown_method", ErrorType::UnknownMethod),
        ("timeout", ErrorType::Timeout),
        ("panic", ErrorType::Panic),
        ("refused", ErrorType::Refused),
        ("internal", ErrorType::Internal),
    ];
    let counts = types
        .map(|(name, error)| (name, recording.increase_of(mcp::errors_total(Server("everything"), method, error))));
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn errors_are_counted_by_type() {
    let client = connect(Everything::default()).await;
    let recording = Recording::start();
    call(&client, "nothing", json!({})).await;
    assert_eq!(errors(&recording, Method::ToolsCall), []);
    call(&client, "say.hello-1", json!({"name": "nobody"})).await;
    call(&client, "nothing", json!({"extra": 1})).await;
    call(&client, "slow", json!({})).await;
    call(&client, "panics", json!({})).await;
    client.call_tool(CallToolRequestParams::new("no_such_tool")).await.expect_err("no such tool");
    assert_eq!(
        errors(&recording, Method::ToolsCall),
        [("tool_error", 1), ("invalid_params", 1), ("unknown_tool", 1), ("timeout", 1), ("panic", 1)]
    );
    let of_tool = |tool, error| recording.increase_of(mcp::tool_errors_total(Server("everything"), Tool(tool), error));
    for (tool, error) in [
        ("say.hello-1", ErrorType::ToolError),
        ("nothing", ErrorType::InvalidParams),
        ("slow", ErrorType::Timeout),
        ("panics", ErrorType::Panic),
        ("unknown", ErrorType::UnknownTool),
    ] {
        assert_eq!(of_tool(tool, error), 1, "{tool}");
    }
    assert_eq!(of_tool("nothing", ErrorType::ToolError), 0);
    let request = ClientRequest::CustomRequest(CustomRequest::new("no/such/method".to_owned(), None));
    client.send_request(request).await.expect_err("no such method");
    assert_eq!(errors(&recording, Method::Other), [("unknown_method", 1)]);
}
