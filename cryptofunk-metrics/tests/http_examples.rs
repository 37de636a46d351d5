//! The examples that print where they can be reached, each a process of its own.

mod raw_http;

use std::{net::SocketAddr, process::Stdio};

use raw_http::{ACCEPT, INITIALIZE, JSON, call, get, open_session, post};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Starts an example on a free port; the first line that it prints names its address.
async fn start(name: &str) -> (Child, SocketAddr) {
    start_with(name, &[]).await
}

async fn start_with(name: &str, settings: &[(&str, &str)]) -> (Child, SocketAddr) {
    let (process, line) = spawn(name, &[&[("METRICS_PORT", "0")], settings].concat()).await;
    let address = line.split_once("http://").and_then(|(_, address)| address.split(['/', ',']).next());
    (process, address.and_then(|address| address.parse().ok()).unwrap_or_else(|| panic!("no address: {line}")))
}

/// Starts an example; the first line that it prints.
async fn spawn(name: &str, settings: &[(&str, &str)]) -> (Child, String) {
    let tests = std::env::current_exe().expect("the test's path");
    let path = tests.ancestors().nth(2).expect("the profile's folder").join("examples").join(name);
    let mut process = Command::new(&path)
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo build --examples` builds it", path.display()));
    let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("it can be read").expect("a line");
    (process, line)
}

/// Asks a server in a session, and answers what it says.
async fn ask(address: SocketAddr, session: &str, body: &str) -> String {
    let answer = post(address, "/mcp", &[("Mcp-Session-Id", session), VERSION], body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// Checks that `/metrics` has these lines.
async fn exposes(address: SocketAddr, lines: &[&str]) {
    let metrics = get(address, "/metrics").await.body;
    for line in lines {
        assert!(metrics.lines().any(|exposed| exposed == *line), "no {line} in\n{metrics}");
    }
}

const VERSION: (&str, &str) = ("MCP-Protocol-Version", "2025-06-18");

#[tokio::test]
async fn own_tokens() {
    let (_process, address) = start("own_tokens").await;
    assert_eq!(post(address, "/mcp", &[ACCEPT, JSON], INITIALIZE).await.status, 401);
    assert_eq!(get(address, "/api/token/eve").await.status, 401);
    assert!(get(address, "/api/token/demo").await.body.contains(r#""access_token":"demo-token""#));

    let token = ("Authorization", "Bearer demo-token");
    let opened = post(address, "/mcp", &[ACCEPT, JSON, token], INITIALIZE).await;
    let session = ("Mcp-Session-Id", opened.header("mcp-session-id").expect("a session"));
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(post(address, "/mcp", &[ACCEPT, JSON, token, session, VERSION], initialized).await.status, 202);
    let echo = call("echo", r#"{"text":"hello"}"#);
    let answer = post(address, "/mcp", &[ACCEPT, JSON, token, session, VERSION], &echo).await;
    assert!(answer.status == 200 && answer.body.contains("hello"), "{answer:?}");

    let metrics = get(address, "/metrics").await.body;
    let counted = r#"cryptofunk_mcp_tool_calls_total{server="own-tokens",tool="echo",status="success"} 1"#;
    assert!(metrics.lines().any(|line| line == counted), "{metrics}");
}

#[tokio::test]
async fn on_hyper() {
    let (_process, address) = start_with("on_hyper", &[("MCP_PORT", "0")]).await;
    let opened = post(address, "/", &[ACCEPT, JSON], INITIALIZE).await;
    let session = ("Mcp-Session-Id", opened.header("mcp-session-id").expect("a session"));
    let answer = post(address, "/", &[ACCEPT, JSON, session, VERSION], &call("echo", r#"{"text":"hello"}"#)).await;
    assert!(answer.status == 200 && answer.body.contains("hello"), "{answer:?}");
}

#[tokio::test]
async fn hello() {
    let (_process, address) = start("hello").await;
    let session = open_session(address).await;
    assert!(ask(address, &session, &call("hello", r#"{"name":"Ada"}"#)).await.contains("Hello, Ada!"));
    assert!(ask(address, &session, &call("hello", r#"{"name":""}"#)).await.contains("the name is empty"));
    let calls = |status, count| {
        format!(r#"cryptofunk_mcp_tool_calls_total{{server="greeter",tool="hello",status="{status}"}} {count}"#)
    };
    exposes(address, &[&calls("success", 1), &calls("error", 1)]).await;
}

#[tokio::test]
async fn proxied() {
    let token = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("proxied-token");
    std::fs::write(&token, "open-sesame\n").expect("a file");
    let (_process, address) = start_with("proxied", &[("MCP_TOKEN_FILE", token.to_str().expect("a path"))]).await;
    let (right, wrong) = (("Authorization", "Bearer open-sesame"), ("Authorization", "Bearer sesame"));
    assert_eq!(post(address, "/mcp", &[wrong], INITIALIZE).await.status, 401);
    assert_eq!(post(address, "/mcp", &[right], INITIALIZE).await.status, 200);
    assert_eq!(post(address, "/mcp", &[right, ("Host", "mcp.example.com")], INITIALIZE).await.status, 200);
    assert_eq!(post(address, "/mcp", &[right, ("Host", "other.example.com")], INITIALIZE).await.status, 403);
    let page = ("Origin", "https://app.example.com");
    let answer = post(address, "/mcp", &[right, page], INITIALIZE).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(page.1)));
    assert_eq!(post(address, "/mcp", &[right, ("Origin", "https://evil.example")], INITIALIZE).await.status, 403);
    exposes(address, &[r#"cryptofunk_mcp_errors_total{server="proxied",method="other",type="refused"} 3"#]).await;
}

#[tokio::test]
async fn mounted() {
    let (_process, address) = start("mounted").await;
    assert_eq!(get(address, "/").await.body, "The shop is open.\n");
    let session = open_session(address).await;
    assert!(ask(address, &session, &call("order", r#"{"cups":2}"#)).await.contains("2 cups are on their way"));
    let calls = r#"cryptofunk_mcp_tool_calls_total{server="shop",tool="order",status="success"} 1"#;
    exposes(address, &["shop_visits_total 1", calls]).await;
}

#[tokio::test]
async fn split() {
    let (_process, address) = start("split").await;
    let session = open_session(address).await;
    assert!(ask(address, &session, &call("tomorrow", r#"{"city":"Oslo"}"#)).await.contains("Sunny in Oslo."));
    ask(address, &session, &call("add_city", r#"{"city":"Rome"}"#)).await;
    assert!(ask(address, &session, &call("cities", "{}")).await.contains("Rome"));
    let called = ["cities", "tomorrow", "add_city"]
        .map(|tool| format!(r#"cryptofunk_mcp_tool_calls_total{{server="split",tool="{tool}",status="success"}} 1"#));
    exposes(address, &called.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn handlers() {
    let (_process, address) = start("handlers").await;
    let session = open_session(address).await;
    let asked = [
        ("resources/list", "{}", "station://Rome"),
        ("resources/read", r#"{"uri":"station://Rome"}"#, "18 °C, sun"),
        ("prompts/list", "{}", "What to pack for a city."),
        ("prompts/get", r#"{"name":"packing","arguments":{"city":"Rome"}}"#, "Read station://Rome."),
        (
            "completion/complete",
            r#"{"ref":{"type":"ref/prompt","name":"packing"},"argument":{"name":"city","value":"r"}}"#,
            r#"["Rome","Riga"]"#,
        ),
    ];
    for (method, params, answer) in asked {
        let body = format!(r#"{{"jsonrpc":"2.0","id":3,"method":"{method}","params":{params}}}"#);
        let said = ask(address, &session, &body).await;
        assert!(said.contains(answer), "{method}: {said}");
        let counted =
            format!(r#"cryptofunk_mcp_requests_total{{server="handlers",method="{method}",status="success"}} 1"#);
        exposes(address, &[&counted]).await;
    }
}

#[tokio::test]
async fn sorter() {
    let (_process, address) = start("sorter").await;
    let urgent = r#"mail_agent_signals_total{agent="sorter",type="urgent"} 1"#;
    while !get(address, "/metrics").await.body.lines().any(|line| line == urgent) {
        tokio::task::yield_now().await;
    }
    let tokens = r#"mail_llm_tokens_total{component="sorter",provider="openai",model="small",type="prompt"} 120"#;
    exposes(address, &[urgent, tokens]).await;
}

/// Two hosts start the same server.
#[tokio::test]
async fn greeter() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("greeters");
    _ = std::fs::remove_dir_all(&folder);
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
    let port = free.port().to_string();
    let settings = [("METRICS_PORT", port.as_str()), ("METRICS_DISCOVERY_DIR", folder.to_str().expect("a path"))];
    let (_first, line) = spawn("greeter", &settings).await;
    assert_eq!(line, format!("greeter: MCP on stdio, metrics on http://127.0.0.1:{port}/metrics"));
    let (_second, line) = spawn("greeter", &settings).await;
    assert!(line.starts_with(&format!("greeter: port {port} is taken, metrics are on http://127.0.0.1:")), "{line}");
    for slot in 1..=2 {
        while !folder.join(format!("greeter-{slot}.json")).exists() {
            tokio::task::yield_now().await;
        }
    }
}

/// A collector of OpenTelemetry gets the call as a span and as a metric.
#[cfg(all(feature = "otlp", feature = "trace"))]
#[tokio::test]
async fn traced() {
    use cryptofunk_metrics::axum::{self, Router, body::Bytes, http::Uri};
    use opentelemetry_proto::tonic::{
        collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
        metrics::v1::{metric::Data, number_data_point::Value},
    };
    use prost::Message as _;

    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let take = move |uri: Uri, body: Bytes| {
        _ = sender.send((uri.path().to_owned(), body));
        std::future::ready(())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let collector = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(axum::serve(listener, Router::new().fallback(take)).into_future());

    let often = [("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "100")];
    let settings = [&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.as_str())], &often[..]].concat();
    let (_process, address) = start_with("traced", &settings).await;
    let session = open_session(address).await;
    assert!(ask(address, &session, &call("rains", r#"{"city":"Bergen"}"#)).await.contains("true"));

    let has_span = |body| {
        let request = ExportTraceServiceRequest::decode(body).expect("spans");
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).any(|span| span.name == "tools/call rains")
    };
    let has_call = |body| {
        let request = ExportMetricsServiceRequest::decode(body).expect("metrics");
        let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
        let mut metrics = scopes.flat_map(|scope| scope.metrics);
        let calls =
            metrics.find(|metric| metric.name == "cryptofunk_mcp_tool_calls_total").and_then(|metric| metric.data);
        let Some(Data::Sum(calls)) = calls else { panic!("no counter of calls: {calls:?}") };
        // A point for each status: of the first exports, all are 0.
        calls.data_points.iter().any(|point| point.value == Some(Value::AsInt(1)))
    };
    let (mut span, mut call) = (false, false);
    while !(span && call) {
        let (path, body) = received.recv().await.expect("an export");
        match path.as_str() {
            "/v1/traces" => span |= has_span(body),
            "/v1/metrics" => call |= has_call(body),
            path => panic!("{path}"),
        }
    }
}
