//! The convention `otel-mcp`: OpenTelemetry's names, labels, bounds, and each value as it was sent.

use std::collections::BTreeSet;

use crate::{
    calls::{NEW, OLD, is_settled, send_everything},
    exposition::Exposition,
    process::Process,
};

const OPERATION: &str = "mcp_server_operation_duration_seconds";
const SESSION: &str = "mcp_server_session_duration_seconds";
const BOUNDS: [f64; 14] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// The version of requests that say none.
const UNSAID: &str = "other";

#[tokio::test]
async fn each_value_is_what_the_clients_have_sent() {
    let server = Process::start(&["server"]);
    send_everything(&server).await;
    let metrics = server.metrics_when(is_settled).await;

    let own = metrics.families(|name| name.starts_with("mcp_"));
    assert_eq!(own, BTreeSet::from([OPERATION, SESSION]));
    for family in [OPERATION, SESSION] {
        assert_eq!(metrics.kind(family), "histogram");
        assert_bounds(&metrics, family);
    }
    let tcp = [("network_transport", "tcp")];
    let labels = ["mcp_method_name", "gen_ai_tool_name", "error_type", "mcp_protocol_version"];
    metrics.assert_series(
        &format!("{OPERATION}_count"),
        &tcp,
        labels,
        &[
            (["initialize", "", "", OLD], 1),
            (["server/discover", "", "", NEW], 1),
            (["tools/list", "", "", OLD], 1),
            (["tools/call", "forecast", "", OLD], 3),
            (["tools/call", "forecast", "", NEW], 1),
            // Two errors of the tool, and bad arguments, which the model can read too.
            (["tools/call", "forecast", "tool_error", OLD], 3),
            (["tools/call", "radar", "tool_error", OLD], 1),
            (["tools/call", "barometer", "tool_error", OLD], 2),
            (["tools/call", "climate", "cancelled", OLD], 1),
            (["tools/call", "unknown", "-32602", OLD], 4),
            (["prompts/list", "", "", OLD], 1),
            (["prompts/get", "", "", OLD], 1),
            (["prompts/get", "", "-32602", OLD], 1),
            (["other", "", "-32601", OLD], 1),
            // Refused with an error of HTTP alone, and with one of the protocol.
            (["other", "", "_OTHER", UNSAID], 3),
            (["other", "", "-32602", NEW], 1),
        ],
    );
    metrics.assert_series(&format!("{SESSION}_count"), &tcp, ["error_type", "mcp_protocol_version"], &[(["", OLD], 1)]);
}

/// Every series of a histogram has these bounds and no other.
fn assert_bounds(metrics: &Exposition, family: &str) {
    let bucket = format!("{family}_bucket");
    let bounds = metrics.values(&bucket, "le");
    let mut bounds: Vec<f64> = bounds.into_iter().map(|bound| bound.parse().expect("a number")).collect();
    bounds.sort_by(f64::total_cmp);
    assert_eq!(bounds.pop(), Some(f64::INFINITY));
    assert_eq!(bounds, BOUNDS, "{family}");
    assert_eq!(metrics.series(&bucket).count(), metrics.series(&format!("{family}_count")).count() * 15);
}

/// With both conventions, both say the same of every method, tool and session.
#[cfg(feature = "both")]
#[tokio::test]
async fn both_conventions_agree() {
    let server = Process::start(&["server"]);
    send_everything(&server).await;
    let metrics = server.metrics_when(is_settled).await;
    let operations = format!("{OPERATION}_count");

    let methods = metrics.values("weather_mcp_requests_total", "method");
    assert!(methods.is_superset(&metrics.values(&operations, "mcp_method_name")));
    for method in methods {
        let requests = |status| metrics.sum("weather_mcp_requests_total", &[("method", method), ("status", status)]);
        let of = |labels: &[(&str, &str)]| {
            metrics
                .series(&operations)
                .filter(|(found, _)| found["mcp_method_name"] == *method)
                .filter(|(found, _)| {
                    labels.iter().all(|(name, value)| found.get(*name).map_or("", |found| found) == *value)
                })
                .map(|(_, count)| count)
                .sum::<f64>()
        };
        let (all, succeeded, cancelled) = (of(&[]), of(&[("error_type", "")]), of(&[("error_type", "cancelled")]));
        assert_eq!(requests("success"), succeeded, "{method}");
        assert_eq!(requests("cancelled"), cancelled, "{method}");
        assert_eq!(requests("error"), all - succeeded - cancelled, "{method}");
        assert_eq!(
            metrics.sum("weather_mcp_errors_total", &[("method", method)]),
            all - succeeded - cancelled,
            "{method}"
        );
        assert_eq!(metrics.sum("weather_mcp_request_duration_seconds_count", &[("method", method)]), all, "{method}");
        let seconds = metrics.sum("weather_mcp_request_duration_seconds_sum", &[("method", method)]);
        let otel = metrics.sum(&format!("{OPERATION}_sum"), &[("mcp_method_name", method)]);
        assert!((seconds - otel).abs() < 1e-9, "{method}: {seconds} {otel}");
    }
    let tools = metrics.values("weather_mcp_tool_calls_total", "tool");
    assert_eq!(tools, BTreeSet::from(["barometer", "climate", "forecast", "radar", "unknown"]));
    for tool in tools {
        let calls = metrics.sum("weather_mcp_tool_calls_total", &[("tool", tool)]);
        assert!(calls > 0.0, "{tool}");
        assert_eq!(calls, metrics.sum(&operations, &[("gen_ai_tool_name", tool)]), "{tool}");
    }
    let sessions = metrics.sum("weather_mcp_session_duration_seconds_count", &[]);
    assert_eq!(sessions, metrics.sum(&format!("{SESSION}_count"), &[]));
    assert_eq!(
        metrics.values("weather_mcp_sessions_total", "protocol_version"),
        metrics.values(&format!("{SESSION}_count"), "mcp_protocol_version"),
    );
}
