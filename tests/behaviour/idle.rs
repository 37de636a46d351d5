//! What a server exposes before anybody calls it. A process of its own: nothing else records here.

use cryptofunk_metrics::{Component, McpServer, mcp::HttpSettings, mcp_server};

struct Small;

/// Has one tool.
#[mcp_server(name = "small", port = 9397)]
impl Small {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct Other;

/// Is linked into the process, which does not serve it.
#[mcp_server(name = "other-server", port = 9396)]
impl Other {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

#[tokio::test]
async fn an_idle_server_of_one_tool_exposes_what_it_serves_and_no_more() {
    let _server = Small.bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
    let text = cryptofunk_metrics::encode_text();
    let samples: Vec<&str> = text.lines().filter(|line| line.starts_with("cryptofunk_mcp_")).collect();
    assert!(samples.len() < 80, "{} samples:\n{}", samples.len(), samples.join("\n"));

    let has = |sample: &str| samples.iter().any(|line| line.starts_with(sample) && line.ends_with(" 0"));
    for method in ["initialize", "ping", "server/discover", "tools/list", "tools/call"] {
        let sample =
            format!("cryptofunk_mcp_requests_total{{server=\"small\",method=\"{method}\",status=\"success\"}}");
        assert!(has(&sample), "{sample}");
    }
    for sample in [
        r#"cryptofunk_mcp_tool_calls_total{server="small",tool="nothing",status="cancelled"}"#,
        r#"cryptofunk_mcp_tool_calls_total{server="small",tool="unknown",status="error"}"#,
        r#"cryptofunk_mcp_tool_call_duration_seconds_bucket{server="small",tool="nothing",le="300.0"}"#,
        r#"cryptofunk_mcp_request_duration_seconds_count{server="small",method="tools/call"}"#,
        r#"cryptofunk_mcp_result_bytes_count{server="small",tool="nothing"}"#,
        r#"cryptofunk_mcp_errors_total{server="small",method="tools/call",type="panic"}"#,
        r#"cryptofunk_mcp_tool_errors_total{server="small",tool="nothing",type="tool_error"}"#,
        r#"cryptofunk_mcp_requests_in_flight{server="small"}"#,
        r#"cryptofunk_mcp_sessions_active{server="small",transport="http"}"#,
    ] {
        assert!(has(sample), "{sample}");
    }
    assert!(!text.contains(Other::NAME), "the process has an exporter of another server");
    // Methods that it does not serve have no series.
    assert!(!text.contains("prompts/") && !text.contains("resources/") && !text.contains("tasks/"));
    assert!(
        Small::DESCRIPTOR.exposes("cryptofunk_mcp_errors_total") && Small::DESCRIPTOR.exposes("cryptofunk_build_info")
    );
}
