//! The convention `mcp`: each value is what was sent.

use crate::{
    calls::{OLD, is_settled, send_everything},
    exposition::Exposition,
    process::Process,
};

const SERVER: (&str, &str) = ("server", "weather");

#[tokio::test]
async fn each_value_is_what_the_clients_have_sent() {
    let server = Process::start(&["server"]);
    let sent = send_everything(&server).await;
    let metrics = server.metrics_when(is_settled).await;

    metrics.assert_series(
        "weather_mcp_requests_total",
        &[SERVER],
        ["method", "status"],
        &[
            (["initialize", "success"], 1),
            (["server/discover", "success"], 1),
            (["tools/list", "success"], 1),
            (["tools/call", "success"], 4),
            // Two errors of the tool, bad arguments, a timeout, two panics, four calls of a tool that is not there.
            (["tools/call", "error"], 10),
            (["tools/call", "cancelled"], 1),
            (["prompts/list", "success"], 1),
            (["prompts/get", "success"], 1),
            (["prompts/get", "error"], 1),
            // A method that the protocol does not have, and four requests that the SDK refused.
            (["other", "error"], 5),
        ],
    );
    metrics.assert_series(
        "weather_mcp_request_duration_seconds_count",
        &[SERVER],
        ["method"],
        &[
            (["initialize"], 1),
            (["server/discover"], 1),
            (["tools/list"], 1),
            (["tools/call"], 15),
            (["prompts/list"], 1),
            (["prompts/get"], 2),
            (["other"], 5),
        ],
    );
    metrics.assert_series(
        "weather_mcp_tool_calls_total",
        &[SERVER],
        ["tool", "status"],
        &[
            (["forecast", "success"], 4),
            (["forecast", "error"], 3),
            (["radar", "error"], 1),
            (["barometer", "error"], 2),
            (["climate", "cancelled"], 1),
            (["unknown", "error"], 4),
        ],
    );
    metrics.assert_series(
        "weather_mcp_tool_call_duration_seconds_count",
        &[SERVER],
        ["tool"],
        &[(["forecast"], 7), (["radar"], 1), (["barometer"], 2), (["climate"], 1), (["unknown"], 4)],
    );
    assert_errors(&metrics);
    metrics.assert_series("weather_mcp_result_bytes_count", &[SERVER], ["tool"], &[(["forecast"], sent.results)]);
    let bytes = metrics.value("weather_mcp_result_bytes_sum", &[SERVER, ("tool", "forecast")]);
    assert_eq!(bytes, Some(sent.bytes as f64));

    let http = [SERVER, ("transport", "http")];
    metrics.assert_series("weather_mcp_sessions_total", &http, ["protocol_version"], &[([OLD], 1)]);
    metrics.assert_series("weather_mcp_session_duration_seconds_count", &http, [], &[([], 1)]);
    assert_eq!(metrics.value("weather_mcp_sessions_active", &http), Some(0.0));
    assert_eq!(metrics.value("weather_mcp_requests_in_flight", &[SERVER]), Some(0.0));
    assert_eq!(metrics.value("weather_cache_hits_total", &[]), Some(4.0));

    // The timeout took 50 ms, and was given up then.
    let radar = metrics.value("weather_mcp_tool_call_duration_seconds_sum", &[SERVER, ("tool", "radar")]);
    assert!(radar.is_some_and(|seconds| (0.05..1.0).contains(&seconds)), "{radar:?}");
}

fn assert_errors(metrics: &Exposition) {
    metrics.assert_series(
        "weather_mcp_errors_total",
        &[SERVER],
        ["method", "type"],
        &[
            (["tools/call", "tool_error"], 2),
            (["tools/call", "invalid_params"], 1),
            (["tools/call", "timeout"], 1),
            (["tools/call", "panic"], 2),
            (["tools/call", "unknown_tool"], 4),
            (["prompts/get", "invalid_params"], 1),
            (["other", "unknown_method"], 1),
            (["other", "refused"], 4),
        ],
    );
    metrics.assert_series(
        "weather_mcp_tool_errors_total",
        &[SERVER],
        ["tool", "type"],
        &[
            (["forecast", "tool_error"], 2),
            (["forecast", "invalid_params"], 1),
            (["radar", "timeout"], 1),
            (["barometer", "panic"], 2),
            (["unknown", "unknown_tool"], 4),
        ],
    );
}

#[tokio::test]
async fn gauges_are_up_while_a_client_waits() {
    let server = Process::start(&["server"]);
    let client = crate::client::Client::connect(&server.mcp()).await;
    let begun = async || {
        let waits =
            server.metrics_when(|metrics| metrics.sum("weather_mcp_requests_in_flight", &[SERVER]) == 1.0).await;
        assert_eq!(waits.value("weather_mcp_sessions_active", &[SERVER, ("transport", "http")]), Some(1.0));
        assert_eq!(waits.value("weather_mcp_sessions_active", &[SERVER, ("transport", "stdio")]), Some(0.0));
    };
    client.cancel("climate", begun).await;
    server.metrics_when(|metrics| metrics.value("weather_mcp_requests_in_flight", &[SERVER]) == Some(0.0)).await;
    client.close().await;
    let over = server.metrics_when(|metrics| metrics.sum("weather_mcp_sessions_active", &[SERVER]) == 0.0).await;
    assert_eq!(
        over.value("weather_mcp_tool_calls_total", &[SERVER, ("tool", "climate"), ("status", "cancelled")]),
        Some(1.0)
    );
}
