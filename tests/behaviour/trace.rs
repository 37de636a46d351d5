//! Spans of requests, calls, analyses and LLM calls, as OpenTelemetry's own SDK has them.

use cryptofunk_metrics::{Instrumented, McpServer, mcp::HttpSettings};
use opentelemetry::trace::{SpanKind, Status};
use rmcp::{ServerHandler, model::*, service::PeerRequestOptions};
use serde_json::{Value, json};

#[path = "trace/agent.rs"]
mod agent;
#[allow(dead_code, reason = "other tests count")]
mod everything;
#[path = "trace/exemplars.rs"]
mod exemplars;
mod http;
#[path = "trace/spans.rs"]
mod spans;

use everything::*;
use http::{Connection, open_session};
use spans::Spans;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn traceparent() -> String {
    format!("00-{TRACE}-{PARENT}-01")
}

/// Calls a tool with a `_meta`.
async fn call_with_meta(client: &Client, tool: &'static str, meta: Value) {
    let mut request = CallToolRequestParams::new(tool);
    let Value::Object(meta) = meta else { panic!("an object") };
    request.meta = Some(RequestMetaObject(MetaObject(meta)));
    client.call_tool(request).await.expect("an answer");
}

#[tokio::test]
async fn a_call_is_one_span_with_the_attributes_of_the_conventions() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    call(&client, "add", json!({"a": 1})).await;
    let span = spans.only("tools/call add");
    assert_eq!((span.kind(), span.status()), (SpanKind::Server, Status::Unset));
    let id = span.attribute("jsonrpc.request.id").expect("an id");
    assert!(id.parse::<u64>().is_ok(), "{id}");
    span.has(&[
        ("mcp.method.name", "tools/call"),
        ("mcp.protocol.version", "2025-11-25"),
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "add"),
        ("network.transport", "pipe"),
        ("jsonrpc.request.id", &id),
    ]);
    assert!(span.is_root());
    spans.only("initialize").has(&[
        ("mcp.method.name", "initialize"),
        ("mcp.protocol.version", "2025-11-25"),
        ("network.transport", "pipe"),
        ("jsonrpc.request.id", "0"),
    ]);
}

#[tokio::test]
async fn failures_of_every_kind_have_a_status_and_a_type() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    for (tool, arguments, description) in [
        ("point", json!({"bars": 0}), ""),
        ("sdk", json!({}), ""),
        ("slow", json!({}), "timeout"),
        ("panics", json!({}), "panic"),
        ("add", json!({"a": "one"}), "invalid_params"),
    ] {
        call(&client, tool, arguments).await;
        let span = spans.only(&format!("tools/call {tool}"));
        assert_eq!(span.status(), Status::error(description), "{tool}");
        assert_eq!(span.attribute("error.type").as_deref(), Some("tool_error"), "{tool}");
        assert_eq!(span.attribute("rpc.response.status_code"), None, "{tool}");
    }
    client.call_tool(CallToolRequestParams::new("protocol_error")).await.expect_err("a protocol error");
    let span = spans.only("tools/call protocol_error");
    assert_eq!(span.status(), Status::error("not now"));
    assert_eq!(span.attribute("error.type").as_deref(), Some("-32600"));
    assert_eq!(span.attribute("rpc.response.status_code").as_deref(), Some("-32600"));
}

#[tokio::test]
async fn what_a_client_makes_up_is_in_no_name() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    let name = "x".repeat(10_000);
    client.call_tool(CallToolRequestParams::new(name.clone())).await.expect_err("no such tool");
    let span = spans.only("tools/call");
    assert_eq!(span.attribute("gen_ai.tool.name"), Some(name[..256].to_owned()));
    assert_eq!(span.attribute("error.type").as_deref(), Some("-32602"));
    let request = ClientRequest::CustomRequest(CustomRequest::new("drop/tables", None));
    client.send_request(request).await.expect_err("no such method");
    spans.only("other").has_among(&[("mcp.method.name", "other"), ("error.type", "-32601")]);
    client.get_prompt(GetPromptRequestParams::new("made-up")).await.expect_err("no such prompt");
    let span = spans.only("prompts/get");
    span.has_among(&[("gen_ai.prompt.name", "made-up"), ("error.type", "-32602")]);
    assert_eq!(span.status(), Status::error("no prompt `made-up`"));
    client.read_resource(ReadResourceRequestParams::new("file:///a")).await.expect_err("no such resource");
    spans.only("resources/read").has_among(&[("mcp.resource.uri", "file:///a")]);
}

#[tokio::test]
async fn a_cancelled_call_ends_its_span() {
    let spans = Spans::collect();
    let server = Everything::default();
    let (waiting, dropped) = (server.waiting.clone(), server.dropped.clone());
    let client = connect(server).await;
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new("waits")));
    let handle = client.send_cancellable_request(request, PeerRequestOptions::no_options()).await.expect("sent");
    waiting.notified().await;
    handle.cancel(None).await.expect("the notification is sent");
    dropped.notified().await;
    call(&client, "nothing", json!({})).await;
    let span = spans.only("tools/call waits");
    assert_eq!(span.status(), Status::error(""));
    assert_eq!(span.attribute("error.type").as_deref(), Some("cancelled"));
}

#[tokio::test]
async fn the_parent_comes_from_meta_with_its_state() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    let meta = json!({"traceparent": traceparent(), "tracestate": "rojo=1", "baggage": "user=alice"});
    call_with_meta(&client, "nothing", meta).await;
    let span = spans.only("tools/call nothing");
    assert_eq!((span.trace(), span.parent()), (TRACE.to_owned(), PARENT.to_owned()));
    assert_eq!(span.state(), "rojo=1");
    assert!(span.is_remote_child() && span.links().is_empty());
    for wrong in [json!({"traceparent": "00-0-0-00"}), json!({"traceparent": 7}), json!({"baggage": "user=alice"})] {
        spans.forget();
        call_with_meta(&client, "nothing", wrong).await;
        assert!(spans.only("tools/call nothing").is_root());
    }
}

#[tokio::test]
async fn a_parent_that_is_not_sampled_leaves_no_span() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    spans.forget();
    call_with_meta(&client, "nothing", json!({"traceparent": format!("00-{TRACE}-{PARENT}-00")})).await;
    assert_eq!(spans.names(), [""; 0]);
}

#[tokio::test]
async fn over_http_headers_are_the_parent_unless_meta_has_one() {
    let spans = Spans::collect();
    let bound = Everything::default().bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    let session = open_session(address).await;
    let call = async |headers: &[(&str, &str)], meta: Value| {
        let params = json!({"name": "nothing", "arguments": {}, "_meta": meta});
        let request = json!({"jsonrpc": "2.0", "id": "seven", "method": "tools/call", "params": params});
        let headers = [&[("Mcp-Session-Id", &*session)], headers].concat();
        Connection::open(address, "POST", &headers, Some(request)).await.until("\"seven\"").await;
        let span = spans.only("tools/call nothing");
        spans.forget();
        span
    };
    let header = [("traceparent", &*traceparent())];
    let span = call(&header, json!({})).await;
    assert_eq!((span.trace(), span.parent()), (TRACE.to_owned(), PARENT.to_owned()));
    span.has(&[
        ("mcp.method.name", "tools/call"),
        ("mcp.protocol.version", "2025-11-25"),
        ("mcp.session.id", &session),
        ("jsonrpc.request.id", "seven"),
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "nothing"),
        ("network.transport", "tcp"),
        ("network.protocol.name", "http"),
        ("network.protocol.version", "1.1"),
    ]);
    // The message's own context wins; that of the transport is linked.
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let span = call(&header, json!({"traceparent": format!("00-{trace}-{parent}-01")})).await;
    assert_eq!((span.trace(), span.parent()), (trace.to_owned(), parent.to_owned()));
    assert_eq!(span.links(), [(TRACE.to_owned(), PARENT.to_owned())]);
    assert!(call(&[], json!({})).await.is_root());
}

#[tokio::test]
async fn what_is_refused_before_a_handler_has_a_span_if_it_was_read() {
    let spans = Spans::collect();
    let bound = Everything::default().bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    let session = open_session(address).await;
    spans.forget();
    let ask = async |headers: &[(&str, &str)], body: Value, answer: &str| {
        Connection::open(address, "POST", headers, Some(body)).await.until(answer).await;
    };
    let request = |id: Value, method: &str, params: Value| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
    let (over, here) = (("Mcp-Session-Id", "a-session-that-is-over"), ("Mcp-Session-Id", &*session));

    // The session is over: an error of HTTP alone.
    let params = json!({"name": "nothing", "arguments": {}, "_meta": {"traceparent": traceparent()}});
    ask(&[over], request(json!("seven"), "tools/call", params), "404").await;
    let span = spans.only("tools/call");
    assert_eq!((span.trace(), span.parent()), (TRACE.to_owned(), PARENT.to_owned()));
    assert_eq!((span.kind(), span.status()), (SpanKind::Server, Status::error("404 Not Found")));
    span.has(&[
        ("mcp.method.name", "tools/call"),
        ("mcp.session.id", "a-session-that-is-over"),
        ("jsonrpc.request.id", "seven"),
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "nothing"),
        ("network.transport", "tcp"),
        ("network.protocol.name", "http"),
        ("network.protocol.version", "1.1"),
        ("error.type", "_OTHER"),
    ]);
    spans.forget();

    // Parameters that are no object, which is no request of MCP.
    ask(&[here], json!({"jsonrpc": "2.0", "id": 8, "method": "prompts/list", "params": 5}), "-32600").await;
    let span = spans.only("prompts/list");
    assert!(matches!(span.status(), Status::Error { .. }));
    span.has_among(&[("error.type", "-32600"), ("rpc.response.status_code", "-32600"), ("jsonrpc.request.id", "8")]);
    spans.forget();

    // Headers and body disagree, in the version that has such headers. The trace is that of the HTTP request.
    let version = "2026-07-28";
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let headers = [
        ("Mcp-Protocol-Version", version),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "add"),
        ("traceparent", &traceparent()),
    ];
    let params = json!({"name": "nothing", "arguments": {}, "_meta": meta});
    ask(&headers, request(json!(9), "tools/call", params), "-32020").await;
    let span = spans.only("tools/call");
    assert_eq!((span.trace(), span.parent()), (TRACE.to_owned(), PARENT.to_owned()));
    span.has_among(&[("error.type", "-32020"), ("gen_ai.tool.name", "nothing")]);
    spans.forget();

    // What a handler had has the one span that it had before.
    for (id, method, params, code) in [
        (10, "tools/call", json!({"name": "no-such-tool"}), "-32602"),
        (11, "tools/call", json!({"name": ["nothing"]}), "-32602"),
        (12, "prompts/get", json!({}), "-32602"),
        (13, "drop/tables", json!({}), "-32601"),
    ] {
        ask(&[here], request(json!(id), method, params), code).await;
        let all = spans.all();
        assert_eq!(all.len(), 1, "{method}: {:?}", spans.names());
        all[0].has_among(&[
            ("error.type", code),
            ("rpc.response.status_code", code),
            ("jsonrpc.request.id", &id.to_string()),
        ]);
        assert!(matches!(all[0].status(), Status::Error { .. }), "{method}");
        spans.forget();
    }

    // Nobody has read these, or they are no requests.
    ask(&[("Host", "elsewhere.example.com"), here], request(json!(14), "ping", json!({})), "400").await;
    ask(&[("Origin", "https://elsewhere.example.com"), here], request(json!(15), "ping", json!({})), "403").await;
    ask(&[here], json!([1]), "400").await;
    ask(&[over], json!({"jsonrpc": "2.0", "method": "notifications/initialized"}), "404").await;
    assert_eq!(spans.names(), [""; 0]);
}

#[tokio::test]
async fn a_handler_written_by_hand_has_one_span_and_so_has_a_layer_around_ours() {
    struct ByHand;
    impl ServerHandler for ByHand {
        async fn list_prompts(
            &self,
            _: Option<PaginatedRequestParams>,
            _: rmcp::service::RequestContext<rmcp::RoleServer>,
        ) -> Result<ListPromptsResult, rmcp::ErrorData> {
            tracing::info!("inside");
            Ok(ListPromptsResult::default())
        }

        async fn get_prompt(
            &self,
            _: GetPromptRequestParams,
            _: rmcp::service::RequestContext<rmcp::RoleServer>,
        ) -> Result<GetPromptResponse, rmcp::ErrorData> {
            Ok(GetPromptResult::new(Vec::new()).into())
        }
    }
    let spans = Spans::collect();
    let client = connect(Instrumented::named("by-hand-traced", ByHand)).await;
    client.list_prompts(None).await.expect("an answer");
    assert_eq!(spans.only("prompts/list").events(), ["inside"], "what the handler logs is in its span");
    client.get_prompt(GetPromptRequestParams::new("greeting")).await.expect("a prompt");
    spans.only("prompts/get greeting").has_among(&[("gen_ai.prompt.name", "greeting")]);
    let client = connect(Instrumented::new(Everything::default()).with_tools(["add"])).await;
    call(&client, "add", json!({"a": 1})).await;
    assert_eq!(spans.only("tools/call add").attribute("gen_ai.tool.name").as_deref(), Some("add"));
}
