//! A server that has everything, and a client in memory that calls it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use cryptofunk_metrics::{
    catalog::mcp::{self, Method, Server, Status, Tool},
    mcp::ToolErrorCode,
    mcp_server,
    testing::Recording,
};
use rmcp::{
    ErrorData, RoleClient, RoleServer, ServerHandler,
    handler::server::wrapper::Parameters,
    model::*,
    service::{Peer, RequestContext, RunningService, ServiceExt},
};
use serde_json::Value;
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Everything {
    pub(crate) waiting: Arc<Notify>,
    pub(crate) dropped: Arc<Notify>,
    pub(crate) called: AtomicBool,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Point {
    x: f64,
    y: f64,
}

#[derive(serde::Serialize)]
pub(crate) struct Undescribed {
    n: u8,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
pub(crate) struct Window {
    /// How many bars.
    bars: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no {0}")]
pub(crate) struct Missing(&'static str);

/// An error with codes.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("there is no session `{0}`")]
    UnknownSession(String),
    #[error("the shop is closed")]
    Closed,
}

impl ToolErrorCode for Refused {
    fn code(&self) -> &'static str {
        match self {
            Refused::UnknownSession(_) => "unknown_session",
            Refused::Closed => "closed",
        }
    }
}

pub(crate) struct OnDrop(Arc<Notify>);
impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Does one of everything.
#[mcp_server(name = "everything", port = 9301, version = "9.9", title = "Everything")]
impl Everything {
    /// Adds.
    #[mcp_tool(title = "Sum", read_only, idempotent = true)]
    async fn add(
        &self,
        /// The first number.
        a: i64,
        /// The second number.
        #[default(10)]
        b: i64,
        c: Option<i64>,
    ) -> i64 {
        a + b + c.unwrap_or(0)
    }

    /// A point.
    #[mcp_tool]
    fn point(&self, Parameters(window): Parameters<Window>) -> Result<Point, Missing> {
        if window.bars == 0 { Err(Missing("bar")) } else { Ok(Point { x: f64::from(window.bars), y: 0.5 }) }
    }

    /// Looks at a session.
    #[mcp_tool]
    async fn session(&self, id: String) -> Result<Undescribed, Refused> {
        match id.as_str() {
            "a" => Ok(Undescribed { n: 1 }),
            "night" => Err(Refused::Closed),
            _ => Err(Refused::UnknownSession(id)),
        }
    }

    /// A value without a schema.
    #[mcp_tool]
    async fn undescribed(&self) -> Undescribed {
        Undescribed { n: 7 }
    }

    /// Nothing.
    #[mcp_tool]
    async fn nothing(&self) {
        self.called.store(true, SeqCst);
    }

    /// Text that is borrowed.
    #[mcp_tool(name = "say.hello-1")]
    async fn say(&self, #[default("world")] name: String) -> Result<&str, Missing> {
        if name == "world" { Ok("hello, world") } else { Err(Missing("name")) }
    }

    /// A list.
    #[mcp_tool]
    async fn list(&self) -> impl serde::Serialize + use<> {
        vec![1, 2, 3]
    }

    /// Mixed content.
    #[mcp_tool]
    async fn mixed(&self) -> Vec<ContentBlock> {
        vec![ContentBlock::text("a picture"), ContentBlock::image("aGk=", "image/png")]
    }

    /// The SDK's result.
    #[mcp_tool]
    async fn sdk(&self, context: RequestContext<RoleServer>, peer: Peer<RoleServer>) -> CallToolResult {
        assert_eq!(context.peer.is_transport_closed(), peer.is_transport_closed());
        CallToolResult::error(vec![ContentBlock::text("says that it failed")])
    }

    /// A protocol error.
    #[mcp_tool]
    async fn protocol_error(&self) -> Result<String, ErrorData> {
        Err(ErrorData::invalid_request("not now", None))
    }

    /// Panics.
    #[mcp_tool]
    async fn panics(&self) -> String {
        panic!("on purpose")
    }

    /// Never ends.
    #[mcp_tool]
    async fn waits(&self) -> String {
        let _guard = OnDrop(self.dropped.clone());
        self.waiting.notify_one();
        std::future::pending().await
    }

    /// Is too slow.
    #[mcp_tool(timeout = "20ms")]
    async fn slow(&self) -> String {
        std::future::pending().await
    }

    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::default())
    }

    #[mcp_handler]
    async fn get_prompt(
        &self,
        _context: RequestContext<RoleServer>,
        request: GetPromptRequestParams,
    ) -> Result<GetPromptResponse, ErrorData> {
        Err(ErrorData::invalid_params(format!("no prompt `{}`", request.name), None))
    }

    pub(crate) fn helper(&self) -> bool {
        self.called.load(SeqCst)
    }
}

pub(crate) type Client = RunningService<RoleClient, ()>;

pub(crate) async fn connect(server: impl ServerHandler) -> Client {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let running = server.serve(there).await.expect("the client opens a session");
        running.waiting().await.expect("the session ends in good order");
    });
    ().serve(here).await.expect("the server opens a session")
}

pub(crate) async fn call(client: &Client, tool: &'static str, arguments: Value) -> CallToolResult {
    let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.expect("a result")
}

pub(crate) fn text(result: &CallToolResult) -> &str {
    &result.content[0].as_text().expect("text").text
}

pub(crate) const SERVER: Server = Server("everything");

/// What a tool call records on this thread: by status, and durations.
pub(crate) fn recorded(recording: &Recording, tool: &'static str) -> ([u64; 3], u64) {
    let statuses = [Status::Success, Status::Error, Status::Cancelled];
    let calls = statuses.map(|status| recording.increase_of(mcp::tool_calls_total(SERVER, Tool(tool), status)));
    (calls, recording.increase_of(mcp::tool_call_duration_seconds(SERVER, Tool(tool))).count())
}

pub(crate) fn requests(recording: &Recording, method: Method, status: Status) -> u64 {
    recording.increase_of(mcp::requests_total(SERVER, method, status))
}
