//! What the clients send to the server, the same under every convention.

use rmcp::{ServiceError, model::CallToolResult};
use serde_json::json;

use crate::{
    client::{Client, send},
    exposition::Exposition,
    process::Process,
};

/// The version that a client with a session speaks.
pub(crate) const OLD: &str = "2025-11-25";
/// The version without sessions.
pub(crate) const NEW: &str = "2026-07-28";

/// What a tool answers, in bytes.
#[derive(Default)]
pub(crate) struct Sent {
    /// The results of `forecast`: how many, and their size together.
    pub(crate) results: u32,
    pub(crate) bytes: usize,
}

impl Sent {
    fn answered(&mut self, result: &CallToolResult) {
        self.results += 1;
        self.bytes +=
            result.content.iter().map(|block| block.as_text().map_or(0, |text| text.text.len())).sum::<usize>();
    }
}

/// Sends everything to a server that nobody has called yet: through a session, without one, and by hand. When this returns, all of it is
/// recorded, and the session is closed.
pub(crate) async fn send_everything(server: &Process) -> Sent {
    let mut sent = Sent::default();
    let client = Client::connect(&server.mcp()).await;
    assert_eq!(client.version(), OLD);
    for city in ["Bergen", "Lisbon", "Cairo"] {
        let result = client.call("forecast", json!({ "city": city })).await.expect("a result");
        assert_eq!(result.structured_content, Some(json!({ "city": city, "rain": city == "Bergen" })));
        sent.answered(&result);
    }
    for _ in 0..2 {
        let result = client.call("forecast", json!({ "city": "Atlantis" })).await.expect("a result");
        assert_eq!(error_text(&result), "no station in Atlantis");
        sent.answered(&result);
    }
    let result = client.call("forecast", json!({ "town": "Bergen" })).await.expect("a result");
    assert_eq!(error_text(&result), "argument `city` is missing");
    let result = client.call("radar", json!({})).await.expect("a result");
    assert_eq!(error_text(&result), "the tool `radar` did not finish within 50ms");
    for _ in 0..2 {
        let result = client.call("barometer", json!({})).await.expect("a result");
        assert!(error_text(&result).contains("`barometer` failed inside the server"));
    }
    for _ in 0..4 {
        assert_eq!(code(&client.call("thermometer", json!({})).await.expect_err("no such tool")), -32602);
    }
    assert_eq!(code(&client.ask("weather/change").await), -32601);
    assert_eq!(client.list_tools().await, 4);
    assert_eq!(client.list_prompts().await, 1);
    assert_eq!(client.prompt("briefing").await.expect("a prompt"), 1);
    assert_eq!(code(&client.prompt("lullaby").await.expect_err("no such prompt")), -32602);
    let begun = async || {
        server.metrics_when(|metrics| metrics.value("weather_simulations_total", &[]) == Some(1.0)).await;
    };
    client.cancel("climate", begun).await;

    let modern = Client::discover(&server.mcp()).await;
    assert_eq!(modern.version(), NEW);
    let result = modern.call("forecast", json!({ "city": "Cairo" })).await.expect("a result");
    sent.answered(&result);
    modern.close().await;

    client.close().await;
    let url = server.mcp();
    // Refused by the SDK: a host that is not ours, twice a session that is over, and metadata that the newest version asks for.
    assert_eq!(send(&url, "ping", ("Host", "weather.example")).await, (403, None));
    for _ in 0..2 {
        assert_eq!(send(&url, "ping", ("Mcp-Session-Id", "00000000-0000-4000-8000-000000000000")).await, (404, None));
    }
    assert_eq!(send(&url, "tools/list", ("Mcp-Protocol-Version", NEW)).await, (400, Some(-32602)));
    sent
}

/// Whether everything is recorded: the call that was cancelled, and the end of the session, are recorded after their answers.
pub(crate) fn is_settled(metrics: &Exposition) -> bool {
    let guide = metrics.sum("weather_mcp_session_duration_seconds_count", &[]) >= 1.0
        && metrics.sum("weather_mcp_tool_calls_total", &[("status", "cancelled")]) >= 1.0;
    let otel = metrics.sum("mcp_server_session_duration_seconds_count", &[]) >= 1.0
        && metrics.sum("mcp_server_operation_duration_seconds_count", &[("error_type", "cancelled")]) >= 1.0;
    guide || otel
}

fn error_text(result: &CallToolResult) -> &str {
    assert_eq!(result.is_error, Some(true));
    &result.content[0].as_text().expect("text").text
}

fn code(error: &ServiceError) -> i32 {
    match error {
        ServiceError::McpError(error) => error.code.0,
        other => panic!("no error of the protocol: {other}"),
    }
}
