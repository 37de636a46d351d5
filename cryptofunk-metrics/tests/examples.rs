//! The examples of servers, each a process of its own: a client of the SDK talks to it on stdio, and `/metrics` has what it did.
#![allow(deprecated, reason = "the newest protocol has no sampling")]

use std::{
    net::TcpListener,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use rmcp::{
    ClientHandler, ErrorData, RoleClient,
    model::*,
    service::{ClientLifecycleMode, NotificationContext, RequestContext, RunningService, serve_client_with_lifecycle},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
};

/// A user, who answers every question with this, and keeps the progress that is reported.
#[derive(Clone, Default)]
struct User {
    answer: Value,
    progress: Arc<Mutex<Vec<ProgressNotificationParam>>>,
}

impl ClientHandler for User {
    fn get_info(&self) -> ClientInfo {
        let mut can = ClientCapabilities::builder().enable_sampling().enable_tasks().build();
        let elicitation = ElicitationCapability::new().with_form(FormElicitationCapability::default());
        can.elicitation = Some(elicitation.with_url(UrlElicitationCapability::default()));
        ClientInfo::new(can, Implementation::new("user", "1"))
    }

    async fn create_elicitation(
        &self,
        _: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(self.answer.clone()))
    }

    async fn create_message(
        &self,
        _: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        Ok(CreateMessageResult::new(SamplingMessage::assistant_text("42"), "a model".to_owned()))
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.progress.lock().expect("nothing panics").push(progress);
    }
}

/// A running example.
struct Example {
    server: String,
    port: u16,
    client: RunningService<RoleClient, User>,
    _process: Child,
}

impl Example {
    async fn start(name: &str, user: User) -> Self {
        Self::start_with(name, user, ClientLifecycleMode::Initialize).await
    }

    /// With the newest protocol.
    async fn start_newest(name: &str, user: User) -> Self {
        let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
        Self::start_with(name, user, ClientLifecycleMode::Discover { preferred_versions }).await
    }

    async fn start_with(name: &str, user: User, lifecycle: ClientLifecycleMode) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let tests = std::env::current_exe().expect("the test's path");
        let path = tests.ancestors().nth(2).expect("the profile's folder").join("examples").join(name);
        let mut process = Command::new(&path)
            .env("METRICS_PORT", free.port().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; `cargo build --examples` builds it", path.display()));
        let transport = (process.stdout.take().expect("a pipe"), process.stdin.take().expect("a pipe"));
        let client = serve_client_with_lifecycle(user, transport, lifecycle).await.expect("a session");
        Example { server: name.replace('_', "-"), port: free.port(), client, _process: process }
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        let arguments = arguments.as_object().cloned().expect("an object");
        self.client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.expect("a result")
    }

    async fn text(&self, tool: &'static str, arguments: Value) -> String {
        text(&self.call(tool, arguments).await)
    }

    async fn prompt(&self, name: &str, arguments: Value) -> GetPromptResult {
        let arguments = arguments.as_object().cloned().expect("an object");
        let request = GetPromptRequestParams::new(name).with_arguments(arguments);
        self.client.get_prompt(request).await.expect("a prompt")
    }

    /// Checks on `/metrics` how many requests of this kind there were, by `tool` or `method`.
    async fn counted(&self, family: &str, label: &str, value: &str, status: &str, count: u32) {
        let mut http = TcpStream::connect(("127.0.0.1", self.port)).await.expect("an exporter");
        http.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await.expect("sent");
        let mut page = String::new();
        http.read_to_string(&mut page).await.expect("the page");
        let server = &self.server;
        let sample =
            format!("cryptofunk_mcp_{family}{{server=\"{server}\",{label}=\"{value}\",status=\"{status}\"}} {count}");
        assert!(page.lines().any(|line| line == sample), "no {sample} in\n{page}");
    }

    async fn counted_calls(&self, tool: &str, count: u32) {
        self.counted("tool_calls_total", "tool", tool, "success", count).await;
    }

    async fn counted_requests(&self, method: &str, count: u32) {
        self.counted("requests_total", "method", method, "success", count).await;
    }
}

fn text(result: &CallToolResult) -> String {
    result.content[0].as_text().expect("a text").text.clone()
}

fn said(prompt: &GetPromptResult, place: usize) -> &str {
    match &prompt.messages[place].content {
        ContentBlock::Text(text) => &text.text,
        other => panic!("no text: {other:?}"),
    }
}

#[tokio::test]
async fn calculator() {
    let example = Example::start("calculator", User::default()).await;
    assert_eq!(example.text("sum", json!({ "a": 40, "b": 2 })).await, "42");
    assert_eq!(example.text("sub", json!({ "a": 40, "b": 2 })).await, "38");
    example.counted_calls("sum", 1).await;
    example.counted_calls("sub", 1).await;
}

#[tokio::test]
async fn counter() {
    let example = Example::start("counter", User::default()).await;
    let listed = example.client.list_tools(None).await.expect("tools");
    assert_eq!(
        (listed.tools.len(), listed.meta.expect("meta").0["tool_meta_key"].as_str()),
        (8, Some("tool_meta_value"))
    );
    for (tool, value) in [("increment", "1"), ("increment", "2"), ("decrement", "1"), ("get_value", "1")] {
        assert_eq!(example.text(tool, json!({})).await, value);
    }
    assert_eq!(example.text("say_hello", json!({})).await, "hello");
    assert_eq!(example.text("echo", json!({ "x": [1] })).await, r#"{"x":[1]}"#);
    assert_eq!(example.text("sum", json!({ "a": 1, "b": 2 })).await, "3");
    assert_eq!(example.text("get_session_id", json!({})).await, "no session");
    assert_eq!(example.text("long_task", json!({})).await, "Long task completed");

    let prompts = example.client.list_prompts(None).await.expect("prompts");
    let names: Vec<&str> = prompts.prompts.iter().map(|prompt| prompt.name.as_str()).collect();
    assert_eq!(names, ["counter_analysis", "example_prompt"]);
    assert!(prompts.meta.expect("meta").0.contains_key("router_meta_key"));
    assert!(prompts.prompts[1].meta.as_ref().expect("meta").0.contains_key("meta_key"));
    assert!(said(&example.prompt("example_prompt", json!({ "message": "hi" })).await, 0).ends_with("'hi'"));
    for goal in [json!(5), json!("5")] {
        let analysis = example.prompt("counter_analysis", json!({ "goal": goal })).await;
        assert!(said(&analysis, 1).starts_with("The counter is at 1, 4 from 5. Strategy: careful."));
    }

    assert_eq!(example.client.list_resources(None).await.expect("resources").resources.len(), 2);
    let memo = example.client.read_resource(ReadResourceRequestParams::new("memo://insights")).await.expect("a memo");
    assert!(matches!(&memo.contents[0], ResourceContents::TextResourceContents { text, .. } if text.contains("Memo")));
    example.client.read_resource(ReadResourceRequestParams::new("memo://none")).await.expect_err("no such memo");
    example.client.list_resource_templates(None).await.expect("none");

    example.counted_calls("increment", 2).await;
    example.counted_calls("long_task", 1).await;
    example.counted_requests("tools/list", 1).await;
    example.counted_requests("tools/call", 9).await;
    example.counted_requests("prompts/get", 3).await;
    example.counted_requests("resources/read", 1).await;
    example.counted("requests_total", "method", "resources/read", "error", 1).await;
}

#[tokio::test]
async fn memory() {
    let example = Example::start("memory", User::default()).await;
    assert_eq!(example.text("get_data", json!({})).await, "initial data");
    assert_eq!(example.text("set_data", json!({ "data": "new" })).await, "Current memory: new");
    example.counted_calls("set_data", 1).await;
}

#[tokio::test]
async fn progress() {
    let user = User::default();
    let example = Example::start("progress", user.clone()).await;
    assert_eq!(example.text("stream_processor", json!({})).await, "Processed 5 records successfully");
    let progress = user.progress.lock().expect("nothing panics").clone();
    assert_eq!(progress.len(), 5);
    assert_eq!((progress[4].progress, progress[4].message.as_deref()), (5.0, Some("55555")));
    example.counted_calls("stream_processor", 1).await;
}

#[tokio::test]
async fn structured_output() {
    let example = Example::start("structured_output", User::default()).await;
    let tools = example.client.list_all_tools().await.expect("tools");
    let described: Vec<bool> = tools.iter().map(|tool| tool.output_schema.is_some()).collect();
    assert_eq!(described, [true, true, false]);
    let weather = example.call("get_weather", json!({ "city": "Paris", "units": "fahrenheit" })).await;
    assert_eq!(weather.structured_content.expect("content")["temperature"], 72.5);
    let average = example.call("calculate", json!({ "numbers": [1, 2], "operation": "average" })).await;
    assert_eq!(average.structured_content, Some(json!({ "result": 1.5, "operation": "average", "input_count": 2 })));
    assert_eq!(example.call("calculate", json!({ "numbers": [], "operation": "sum" })).await.is_error, Some(true));
    assert!(example.text("get_info", json!({})).await.starts_with("Structured Output"));
    example.counted_calls("get_weather", 1).await;
    example.counted_calls("calculate", 1).await;
    example.counted("tool_calls_total", "tool", "calculate", "error", 1).await;
}

#[tokio::test]
async fn sampling() {
    let example = Example::start("sampling", User::default()).await;
    assert_eq!(example.text("ask_llm", json!({ "question": "6 * 7?" })).await, "Question: 6 * 7?\nAnswer: 42");
    assert_eq!(example.text("ask_llm", json!({})).await, "Question: Hello LLM\nAnswer: 42");
    example.counted_calls("ask_llm", 2).await;
}

#[tokio::test]
async fn elicitation() {
    let user = User { answer: json!({ "name": "Ada" }), ..User::default() };
    let example = Example::start("elicitation", user).await;
    assert_eq!(example.text("greet_user", json!({ "greeting": "Hello" })).await, "Hello Ada!");
    assert!(example.text("reset_name", json!({})).await.starts_with("User name reset"));
    assert_eq!(example.text("secure_tool_call", json!({})).await, "Elicitation via URL successful");
    example.counted_calls("greet_user", 1).await;
    example.counted_calls("secure_tool_call", 1).await;
}

#[tokio::test]
async fn elicitation_enum() {
    let chosen = json!({
        "single_select_untitled": "Third",
        "single_select_titled": "SecondValue",
        "multi_select_untitled": ["First"],
        "multi_select_titled": ["FirstValue", "SecondValue"],
    });
    let example = Example::start("elicitation_enum", User { answer: chosen, ..User::default() }).await;
    assert!(example.text("get_enum_form", json!({})).await.contains("Single Select Untitled: First\n"));
    assert!(example.text("set_enum_form", json!({})).await.starts_with("Updated selection:\n"));
    assert!(example.text("get_enum_form", json!({})).await.contains("Titled: [FirstValue, SecondValue]"));
    example.counted_calls("get_enum_form", 2).await;
    example.counted_calls("set_enum_form", 1).await;
}

#[tokio::test]
async fn request_state() {
    let user = User { answer: json!({ "city": "Paris" }), ..User::default() };
    let example = Example::start_newest("request_state", user).await;
    // The SDK's client answers the question by itself, and calls again.
    assert_eq!(example.text("weather", json!({})).await, "It is sunny in Paris.");
    let forged = CallToolRequestParams::new("weather").with_request_state("forged");
    example.client.call_tool(forged).await.expect_err("the state is not ours");
    example.counted_calls("weather", 2).await;
    example.counted("tool_calls_total", "tool", "weather", "error", 1).await;
}

#[tokio::test]
async fn tasks() {
    let example = Example::start_newest("tasks", User::default()).await;
    assert_eq!(example.text("quick_echo", json!({ "message": "hi" })).await, "hi");
    let call = || {
        let arguments = json!({ "a": 1, "b": 2 }).as_object().cloned().expect("an object");
        example.client.peer().call_tool_once(CallToolRequestParams::new("slow_sum").with_arguments(arguments))
    };
    let CallToolResponse::Task(created) = call().await.expect("a task") else { panic!("no task") };
    let id = created.task.task_id;
    // The protocol tells of a task only who asks: each answer is awaited, and asked for again until the task is done.
    let finished = async {
        loop {
            let task = example.client.get_task(GetTaskParams::new(id.clone())).await.expect("a task").task;
            match task.payload {
                TaskPayload::Completed { result } => break result,
                TaskPayload::Working => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let result = tokio::time::timeout(Duration::from_secs(30), finished).await.expect("in time");
    assert_eq!(result["content"][0]["text"], "3");
    let CallToolResponse::Task(created) = call().await.expect("a task") else { panic!("no task") };
    example.client.cancel_task(CancelTaskParams::new(created.task.task_id)).await.expect("it stops");
    example.counted_calls("quick_echo", 1).await;
    example.counted_calls("slow_sum", 2).await;
    example.counted_requests("tasks/cancel", 1).await;
}

#[tokio::test]
async fn subscriptions() {
    let example = Example::start_newest("subscriptions", User::default()).await;
    assert_eq!(example.client.list_all_tools().await.expect("tools").len(), 1);
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut subscription = example.client.listen(filter).await.expect("a subscription");
    example.call("add", json!({ "name": "greet", "answer": "Hello!" })).await;
    let news = tokio::time::timeout(Duration::from_secs(10), subscription.next()).await.expect("in time");
    let news = news.expect("a notification");
    assert!(matches!(news, Some(ServerNotification::ToolListChangedNotification(_))), "{news:?}");
    assert_eq!(example.client.list_all_tools().await.expect("tools").len(), 2);
    assert_eq!(example.text("greet", json!({})).await, "Hello!");
    example.counted_calls("add", 1).await;
    example.counted_calls("greet", 1).await;
}

#[tokio::test]
async fn prompts() {
    let example = Example::start("prompts", User::default()).await;
    assert_eq!(example.client.list_all_prompts().await.expect("prompts").len(), 6);
    assert_eq!(example.prompt("greeting", json!({})).await.messages.len(), 2);
    let review = example.prompt("code_review", json!({ "language": "Rust", "file_path": "a.rs" })).await;
    assert_eq!(review.description.as_deref(), Some("Review of Rust code: correctness, performance"));
    let analysis = example.prompt("data_analysis", json!({ "data_type": "csv", "analysis_type": "trends" })).await;
    assert!(said(&analysis, 0).ends_with("Context: none"));
    let points = json!({ "content_type": "blog", "audience": "all", "key_points": ["one", "two"] });
    assert_eq!(example.prompt("writing_assistant", points).await.messages.len(), 7);
    let tried = json!({ "error_message": "E0382", "stack": ["Rust"], "tried_solutions": ["clone"] });
    assert_eq!(example.prompt("debug_assistant", tried).await.messages.len(), 5);
    assert!(said(&example.prompt("learning_path", json!({})).await, 0).contains("intermediate"));
    let empty = json!({ "error_message": "E0382", "stack": [] }).as_object().cloned().expect("an object");
    let empty = GetPromptRequestParams::new("debug_assistant").with_arguments(empty);
    example.client.get_prompt(empty).await.expect_err("`stack` is empty");
    example.counted_requests("prompts/get", 6).await;
    example.counted("requests_total", "method", "prompts/get", "error", 1).await;
}

#[tokio::test]
async fn completion() {
    let example = Example::start("completion", User::default()).await;
    let complete = async |argument: &str, typed: &str, filled: &[(&str, &str)]| {
        let filled = filled.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let request =
            CompleteRequestParams::new(Reference::for_prompt("sql_query"), ArgumentInfo::new(argument, typed));
        let request = request.with_context(CompletionContext::with_arguments(filled));
        example.client.complete(request).await.expect("a completion").completion.values
    };
    let select = [("operation", "select"), ("table", "users")];
    assert_eq!(complete("operation", "sel", &[]).await, ["SELECT"]);
    assert_eq!(complete("operation", "udt", &[]).await, ["UPDATE"]);
    assert_eq!(complete("columns", "", &[]).await, ["Choose operation first"]);
    assert_eq!(complete("columns", "at", &select).await, ["created_at", "updated_at"]);
    assert_eq!(complete("where_clause", "", &select[..1]).await, ["Complete operation and table first"]);
    assert_eq!(complete("where_clause", "", &select).await.len(), 4);
    let query = json!({ "operation": "select", "table": "users", "where_clause": "id = 1" });
    let query = example.prompt("sql_query", query).await;
    assert!(said(&query, 1).contains("SELECT * FROM users WHERE id = 1\n"), "{query:?}");
    example.counted_requests("completion/complete", 6).await;
    example.counted_requests("prompts/get", 1).await;
}
