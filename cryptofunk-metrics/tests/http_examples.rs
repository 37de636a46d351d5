//! The examples of servers in one's own HTTP server, each a process of its own.

mod raw_http;

use std::{net::SocketAddr, process::Stdio};

use raw_http::{ACCEPT, INITIALIZE, JSON, call, get, post};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Starts an example on a free port; what it prints names its address.
async fn start(name: &str) -> (Child, SocketAddr) {
    let tests = std::env::current_exe().expect("the test's path");
    let path = tests.ancestors().nth(2).expect("the profile's folder").join("examples").join(name);
    let mut process = Command::new(&path)
        .envs([("METRICS_PORT", "0"), ("MCP_PORT", "0")])
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo test` without `--test` builds it", path.display()));
    let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("it can be read").expect("a line");
    let address = line.trim_start_matches("http://").trim_end_matches("/mcp").parse().expect("an address");
    (process, address)
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
    let (_process, address) = start("on_hyper").await;
    let opened = post(address, "/", &[ACCEPT, JSON], INITIALIZE).await;
    let session = ("Mcp-Session-Id", opened.header("mcp-session-id").expect("a session"));
    let answer = post(address, "/", &[ACCEPT, JSON, session, VERSION], &call("echo", r#"{"text":"hello"}"#)).await;
    assert!(answer.status == 200 && answer.body.contains("hello"), "{answer:?}");
}
