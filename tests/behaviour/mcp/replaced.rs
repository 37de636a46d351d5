//! Answers that a client does not understand: the SDK sends an error instead, and an error is recorded.

use cryptofunk_metrics::{
    Instrumented,
    catalog::mcp::{self, ErrorType, Method, Server, Status, Tool},
    mcp_server,
    testing::Recording,
};
use rmcp::{
    ErrorData, RoleClient, RoleServer, ServerHandler, ServiceError,
    model::*,
    service::{ClientLifecycleMode, ClientServiceExt, RequestContext, RunningService, ServiceExt},
};

struct Modern(&'static str);

/// Answers what older clients do not understand.
#[mcp_server(name = "modern", port = 9305)]
impl Modern {
    /// Asks for input.
    #[mcp_tool]
    async fn ask(&self) -> CallToolResponse {
        CallToolResponse::InputRequired(asks())
    }

    /// Makes a task.
    #[mcp_tool]
    async fn begin(&self) -> CallToolResponse {
        CallToolResponse::Task(CreateTaskResult::new(Task::new("1", TaskStatus::Working, self.0, self.0)))
    }

    #[mcp_handler]
    async fn get_prompt(&self, _: GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
        Ok(GetPromptResponse::InputRequired(asks()))
    }

    #[mcp_handler]
    async fn read_resource(&self, request: ReadResourceRequestParams) -> Result<ReadResourceResponse, ErrorData> {
        match request.uri.as_str() {
            "ask:me" => Ok(ReadResourceResponse::InputRequired(asks())),
            uri => Err(ErrorData::resource_not_found(format!("no {uri}"), None)),
        }
    }

    #[mcp_handler]
    async fn list_skills(&self) -> Result<ListSkillsResult, ErrorData> {
        let skill =
            |uri: &str| Skill::new(uri, SkillFrontmatter::new("cooking", "Cooks."), SkillResources::Files(vec![]));
        Ok(ListSkillsResult::with_all_items(vec![skill("not the uri of a skill")]))
    }

    #[mcp_handler]
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(
            ServerCapabilities::builder().enable_tools().enable_prompts().enable_resources().enable_skills().build(),
        );
        info.server_info.name = "modern".to_owned();
        info
    }
}

fn asks() -> InputRequiredResult {
    InputRequiredResult::from_request_state("state")
}

fn modern() -> Modern {
    Modern("2026-11-25T00:00:00Z")
}

/// The same tools, by hand: only what `Instrumented` sees of it is recorded.
struct ByHand(Modern);

impl ServerHandler for ByHand {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerHandler::get_info(&self.0);
        info.server_info.name = "modern-by-hand".to_owned();
        info
    }
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(if request.name == "ask" { self.0.ask().await } else { self.0.begin().await })
    }
}

type Client = RunningService<RoleClient, ClientConfig>;

/// A client of the newest version or of an older one, with tasks or without.
async fn connect(server: impl ServerHandler, is_current: bool, has_tasks: bool) -> Client {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move { ServiceExt::serve(server, there).await.expect("a client").waiting().await });
    let lifecycle = match is_current {
        true => ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] },
        false => ClientLifecycleMode::Initialize,
    };
    let mut info = ClientConfig::default();
    if has_tasks {
        info.capabilities = ClientCapabilities::builder().enable_tasks().build();
    }
    info.serve_with_lifecycle(here, lifecycle).await.expect("a server")
}

/// The code of the error that the client gets, if it gets one.
async fn send(client: &Client, request: ClientRequest) -> Option<i32> {
    match client.send_request(request).await {
        Ok(_) => None,
        Err(ServiceError::McpError(error)) => Some(error.code.0),
        Err(other) => panic!("{other}"),
    }
}

fn call(tool: &'static str) -> ClientRequest {
    ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new(tool)))
}

fn read(uri: &str) -> ClientRequest {
    ClientRequest::ReadResourceRequest(ReadResourceRequest::new(ReadResourceRequestParams::new(uri)))
}

/// Requests of a method by status: success, error, cancelled; and errors of no known kind.
fn recorded(recording: &Recording, server: &'static str, method: Method) -> ([u64; 3], u64) {
    let requests = [Status::Success, Status::Error, Status::Cancelled]
        .map(|status| recording.increase_of(mcp::requests_total(Server(server), method, status)));
    (requests, recording.increase_of(mcp::errors_total(Server(server), method, ErrorType::Internal)))
}

#[tokio::test]
async fn a_client_that_understands_the_answer_gets_it() {
    for is_by_hand in [false, true] {
        let (server, client) = match is_by_hand {
            false => ("modern", connect(modern(), true, true).await),
            true => ("modern-by-hand", connect(Instrumented::new(ByHand(modern())), true, true).await),
        };
        let recording = Recording::start();
        assert_eq!((send(&client, call("ask")).await, send(&client, call("begin")).await), (None, None));
        assert_eq!(recorded(&recording, server, Method::ToolsCall), ([2, 0, 0], 0));
    }
}

#[tokio::test]
async fn an_older_client_cannot_be_asked_and_gets_no_task() {
    for is_by_hand in [false, true] {
        let (server, client) = match is_by_hand {
            false => ("modern", connect(modern(), false, false).await),
            true => ("modern-by-hand", connect(Instrumented::new(ByHand(modern())), false, false).await),
        };
        let recording = Recording::start();
        assert_eq!(send(&client, call("ask")).await, Some(ErrorCode::INVALID_REQUEST.0));
        assert_eq!(send(&client, call("begin")).await, Some(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY.0));
        assert_eq!(recorded(&recording, server, Method::ToolsCall), ([0, 2, 0], 2));
    }
    let ask = mcp::tool_calls_total(Server("modern"), Tool("ask"), Status::Error);
    assert!(cryptofunk_metrics::testing::value_of(ask) >= 1);
}

#[tokio::test]
async fn tasks_are_for_clients_that_announce_them() {
    // Each may have one without the other.
    let (current, with_tasks) = (connect(modern(), true, false).await, connect(modern(), false, true).await);
    let recording = Recording::start();
    assert_eq!(send(&current, call("begin")).await, Some(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY.0));
    assert_eq!(recorded(&recording, "modern", Method::ToolsCall), ([0, 1, 0], 1));
    assert_eq!(send(&with_tasks, call("begin")).await, None);
    assert_eq!(recorded(&recording, "modern", Method::ToolsCall), ([1, 1, 0], 1));
}

#[tokio::test]
async fn prompts_resources_and_skills_are_looked_at_too() {
    let prompt = || ClientRequest::GetPromptRequest(GetPromptRequest::new(GetPromptRequestParams::new("p")));
    let recording = Recording::start();
    let client = connect(modern(), true, false).await;
    assert_eq!((send(&client, prompt()).await, send(&client, read("ask:me")).await), (None, None));
    assert_eq!(recorded(&recording, "modern", Method::PromptsGet), ([1, 0, 0], 0));
    assert_eq!(recorded(&recording, "modern", Method::ResourcesRead), ([1, 0, 0], 0));
    let skills = ClientRequest::ListSkillsRequest(ListSkillsRequest::default());
    assert_eq!(send(&client, skills).await, Some(ErrorCode::INTERNAL_ERROR.0));
    assert_eq!(recorded(&recording, "modern", Method::SkillsList), ([0, 1, 0], 1));

    let recording = Recording::start();
    let client = connect(modern(), false, false).await;
    let refused = Some(ErrorCode::INVALID_REQUEST.0);
    assert_eq!((send(&client, prompt()).await, send(&client, read("ask:me")).await), (refused, refused));
    assert_eq!(recorded(&recording, "modern", Method::PromptsGet), ([0, 1, 0], 1));
    assert_eq!(recorded(&recording, "modern", Method::ResourcesRead), ([0, 1, 0], 1));
}

mod otel {
    #[cryptofunk_metrics::metrics(namespace = "replaced", convention = "otel-mcp")]
    pub mod families {}

    pub(super) fn count(code: &str) -> usize {
        let text = cryptofunk_metrics::encode_text();
        let series = format!(r#"mcp_method_name="resources/read",error_type="{code}""#);
        text.lines().filter(|line| line.contains("_count{") && line.contains(&series)).count()
    }
}

/// A missing resource has an error code of its own in older versions alone.
#[tokio::test]
async fn the_code_of_a_missing_resource_is_the_one_that_was_sent() {
    let server = || Instrumented::with_families(modern(), otel::families::FAMILIES);
    for (is_current, code) in [(true, ErrorCode::INVALID_PARAMS), (false, ErrorCode::RESOURCE_NOT_FOUND)] {
        let client = connect(server(), is_current, false).await;
        assert_eq!(send(&client, read("no:such")).await, Some(code.0));
        assert_eq!(otel::count(&code.0.to_string()), 1, "{}", cryptofunk_metrics::encode_text());
    }
}
