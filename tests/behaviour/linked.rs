//! What a process without an exporter exposes of its servers before anybody calls them, however they are served. A process of its own.

use std::sync::Arc;

use cryptofunk_metrics::{encode_text, mcp_server};
use rmcp::{
    model::CallToolRequestParams,
    service::ServiceExt,
    transport::{
        StreamableHttpServerConfig, StreamableHttpService, streamable_http_server::session::local::LocalSessionManager,
    },
};

struct InMemory;

/// Is served by the SDK.
#[mcp_server(name = "in-memory", port = 9307)]
impl InMemory {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct InARouter;

/// Is served by the SDK over HTTP.
#[mcp_server(name = "in-a-router", port = 9308)]
impl InARouter {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct Generic<T>(T);

/// Of any type: it is known once it is served.
#[mcp_server(name = "generic", port = 9309)]
impl<T: Send + Sync + 'static> Generic<T> {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

#[tokio::test]
async fn all_series_stand_before_the_first_request() {
    let _service: StreamableHttpService<InARouter, LocalSessionManager> =
        StreamableHttpService::new(|| Ok(InARouter), Arc::default(), StreamableHttpServerConfig::default());
    let (here, there) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(ServiceExt::serve(InMemory, there));
    let samples = || {
        let text = encode_text();
        text.lines().filter(|line| line.starts_with("cryptofunk_mcp_")).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = samples();
    for server in ["in-memory", "in-a-router"] {
        for sample in [
            format!("cryptofunk_mcp_requests_total{{server=\"{server}\",method=\"tools/call\",status=\"error\"}} 0"),
            format!("cryptofunk_mcp_tool_calls_total{{server=\"{server}\",tool=\"nothing\",status=\"success\"}} 0"),
            format!("cryptofunk_mcp_result_bytes_count{{server=\"{server}\",tool=\"nothing\"}} 0"),
            format!("cryptofunk_mcp_sessions_active{{server=\"{server}\",transport=\"stdio\"}} 0"),
        ] {
            assert!(before.contains(&sample), "{sample}");
        }
    }
    assert!(!before.iter().any(|line| line.contains("generic")));

    let client = ().serve(here).await.expect("a server");
    let _serving = serving.await.expect("no panic").expect("a client");
    client.call_tool(CallToolRequestParams::new("nothing")).await.expect("a result");
    let name = |line: &String| line.rsplit_once(' ').map(|(name, _)| name.to_owned());
    let (before, after) = (before.iter().filter_map(name), samples());
    let new: Vec<_> = after.iter().filter_map(name).filter(|name| !before.clone().any(|old| old == *name)).collect();
    // Which versions and transports there are, and what the methods of no tool take, is known with the first of them.
    let allowed = ["sessions_total", "session_duration_seconds", "request_duration_seconds"];
    assert!(new.iter().all(|name| allowed.iter().any(|family| name.contains(family))), "{new:#?}");
    assert!(serde_json::to_string(&Generic(1).0).is_ok());
}
