//! `testing::call` answers and records as a call over a transport does.

use std::pin::pin;

use cryptofunk_metrics::{
    Instrumented,
    catalog::mcp::{self, Method, Server, Status, Tool},
    mcp_server,
    testing::{Recording, call},
};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{Peer, RequestContext},
};
use serde_json::{Value, json};

use super::everything::{self, Everything, recorded, requests, text};

/// Calls that end in every way.
fn calls() -> Vec<(&'static str, Value)> {
    let mut calls: Vec<_> = ["nothing", "undescribed", "say.hello-1", "list", "mixed", "sdk", "panics", "slow"]
        .map(|tool| (tool, json!({})))
        .into();
    calls.extend([
        ("add", json!({ "a": 1 })),
        ("add", json!({ "a": 1, "b": 2, "c": 3 })),
        ("add", json!({ "a": "one" })),
        ("add", json!({})),
        ("nothing", json!({ "extra": 1 })),
        ("point", json!({ "bars": 3 })),
        ("point", json!({ "bars": 0 })),
        ("session", json!({ "id": "b" })),
    ]);
    calls
}

#[tokio::test]
async fn a_call_answers_and_records_what_a_client_gets() {
    let (server, client) = (Everything::default(), everything::connect(Everything::default()).await);
    for (tool, arguments) in calls() {
        let recording = Recording::start();
        let answer = call(&server, tool, arguments.clone()).await.expect("a result");
        let alone = recorded(&recording, tool);
        let recording = Recording::start();
        let from_afar = everything::call(&client, tool, arguments).await;
        assert_eq!((answer.content, answer.is_error), (from_afar.content, from_afar.is_error), "{tool}");
        // This client is of an older version, which has no structured content but objects.
        let structured = answer.structured_content.filter(Value::is_object);
        assert_eq!(structured, from_afar.structured_content, "{tool}");
        assert_eq!(alone, recorded(&recording, tool), "{tool}");
        assert_eq!(alone.1, 1, "{tool}");
    }
}

#[tokio::test]
async fn errors_of_the_protocol_are_errors() {
    let server = Everything::default();
    let recording = Recording::start();
    let error = call(&server, "no_such_tool", json!({})).await.expect_err("there is no such tool");
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert!(error.message.contains("unknown tool `no_such_tool`"), "{error}");
    let error = call(&server, "protocol_error", json!({})).await.expect_err("it refuses");
    assert_eq!((error.code, error.message.as_ref()), (ErrorCode::INVALID_REQUEST, "not now"));
    let error = call(&server, "add", json!([1, 2])).await.expect_err("arguments are an object");
    assert!(error.message.contains("the parameters of `tools/call` are not what the protocol says"), "{error}");
    assert_eq!(recorded(&recording, "unknown"), ([0, 1, 0], 1));
    assert_eq!(recorded(&recording, "protocol_error"), ([0, 1, 0], 1));
    assert_eq!(recorded(&recording, "add"), ([0, 1, 0], 1));
    assert_eq!(requests(&recording, Method::ToolsCall, Status::Error), 3);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled() {
    let server = Everything::default();
    let recording = Recording::start();
    {
        let mut waits = pin!(call(&server, "waits", json!({})));
        tokio::select! {
            biased;
            _ = &mut waits => panic!("it never ends"),
            () = server.waiting.notified() => {}
        }
    }
    assert_eq!(recorded(&recording, "waits"), ([0, 0, 1], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_runs_on_the_thread_of_its_test() {
    let server = Everything::default();
    let recording = Recording::start();
    call(&server, "add", json!({ "a": 1 })).await.expect("a result");
    assert_eq!(recorded(&recording, "add"), ([1, 0, 0], 1));
}

struct Talkative;

/// Talks to its client.
#[mcp_server(name = "talkative", port = 9303)]
impl Talkative {
    /// Says something, and asks something.
    #[mcp_tool]
    async fn talk(&self, peer: Peer<RoleServer>) -> String {
        let progress = ProgressNotificationParam::new(ProgressToken(NumberOrString::Number(1)), 0.5);
        peer.notify_progress(progress).await.expect("it is lost");
        let request = ServerRequest::CustomRequest(CustomRequest::new("ask/something", None));
        peer.send_request(request).await.expect_err("the client answers nothing").to_string()
    }
}

#[tokio::test]
async fn a_tool_that_asks_its_client_gets_an_answer() {
    let answer = call(&Talkative, "talk", json!({})).await.expect("a result");
    assert!(text(&answer).contains("this client answers no requests"), "{answer:?}");
}

/// A handler written by hand, of an old version of the protocol or of all.
struct ByHand {
    versions: &'static [ProtocolVersion],
}

impl ServerHandler for ByHand {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info.name = "called-by-hand".to_owned();
        info
    }

    fn supported_protocol_versions(&self) -> std::borrow::Cow<'static, [ProtocolVersion]> {
        self.versions.into()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if request.name == "ask" {
            return Ok(CallToolResponse::InputRequired(InputRequiredResult::from_request_state("state")));
        }
        let version = context.protocol_version().map(|version| version.as_str().to_owned());
        Ok(CallToolResult::success(vec![ContentBlock::text(version.unwrap_or_default())]).into())
    }
}

#[tokio::test]
async fn handlers_written_by_hand_are_called_in_their_version() {
    const OLD: &[ProtocolVersion] = &[ProtocolVersion::V_2025_03_26, ProtocolVersion::V_2025_06_18];
    let recording = Recording::start();
    for (versions, newest) in [(OLD, "2025-06-18"), (ProtocolVersion::KNOWN_VERSIONS, "2026-07-28")] {
        let server = Instrumented::new(ByHand { versions }).with_tools(["version"]);
        assert_eq!(text(&call(&server, "version", json!({})).await.expect("a result")), newest);
    }
    let calls = mcp::tool_calls_total(Server("called-by-hand"), Tool("version"), Status::Success);
    assert_eq!(recording.increase_of(calls), 2);
}

#[tokio::test]
#[should_panic = "the tool `ask` asks its client for input"]
async fn a_tool_that_needs_input_needs_a_client() {
    let _ = call(&ByHand { versions: ProtocolVersion::KNOWN_VERSIONS }, "ask", json!({})).await;
}
