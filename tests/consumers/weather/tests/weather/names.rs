//! Which names the three expose: their own, and those that they promise.

use std::collections::BTreeSet;

use cryptofunk_metrics::{
    Component,
    descriptor::{LabelValues, MetricKind},
};
use weather::{server::Weather, service::Stations, support::Sorter};

use crate::{
    calls::{is_settled, send_everything},
    exposition::Exposition,
    process::Process,
};

/// Whether a family is that of the process, of its runtime, or of a convention that fixes the whole name.
fn is_foreign(name: &str) -> bool {
    name.starts_with("process_") || name.starts_with("tokio_")
}

fn promised<C: Component>() -> BTreeSet<&'static str> {
    C::METRICS.iter().copied().flatten().map(|family| family.name).collect()
}

fn assert_names<C: Component>(metrics: &Exposition) {
    let line = metrics.text.lines().find(|line| line.contains("cryptofunk"));
    assert_eq!(line, None, "{}", C::NAME);
    assert_eq!(metrics.families(|name| !is_foreign(name)), promised::<C>(), "{}", C::NAME);
    for name in promised::<C>() {
        let is_own = name.starts_with("weather_");
        let is_otel =
            cfg!(any(feature = "otel", feature = "both")) && C::NAME == "weather" && name.starts_with("mcp_server_");
        assert!(is_own || is_otel, "{name}");
    }
    assert!(metrics.families(is_foreign).contains("process_resident_memory_bytes"));

    let component = [("component", C::NAME)];
    let build = [component[0], ("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(metrics.value("weather_build_info", &build), Some(1.0));
    assert_eq!(metrics.value("weather_component_healthy", &component), Some(1.0));
    assert!(metrics.value("weather_component_uptime_seconds", &component).is_some_and(|uptime| uptime >= 0.0));
    for family in C::METRICS.iter().copied().flatten() {
        assert_eq!(metrics.kind(family.name), family.kind.as_str());
        let is_closed = family.labels.iter().all(|label| matches!(label.values, LabelValues::Closed(_)));
        let series = match family.kind {
            MetricKind::Histogram => format!("{}_count", family.name),
            _ => family.name.to_owned(),
        };
        let expected: usize = family.labels.iter().map(|label| label.values.known().map_or(0, <[_]>::len)).product();
        if is_closed {
            assert_eq!(metrics.series(&series).count(), expected, "{}", family.name);
        }
    }
}

#[tokio::test]
async fn the_server_has_its_own_names_before_and_after_calls() {
    let server = Process::start(&["server"]);
    let metrics = server.metrics().await;
    assert_names::<Weather>(&metrics);
    assert_eq!(metrics.value("weather_cache_hits_total", &[]), Some(0.0));
    #[cfg(any(not(feature = "otel"), feature = "both"))]
    assert_idle(&metrics);
    send_everything(&server).await;
    assert_names::<Weather>(&server.metrics_when(is_settled).await);
}

/// What the convention `mcp` exposes before a client comes.
#[cfg(any(not(feature = "otel"), feature = "both"))]
fn assert_idle(metrics: &Exposition) {
    let server = ("server", "weather");
    for method in ["initialize", "ping", "server/discover", "tools/list", "tools/call", "prompts/list", "prompts/get"] {
        for status in ["success", "error", "cancelled"] {
            let labels = [server, ("method", method), ("status", status)];
            assert_eq!(metrics.value("weather_mcp_requests_total", &labels), Some(0.0), "{labels:?}");
        }
    }
    for method in ["tools/call", "prompts/list", "prompts/get"] {
        let labels = [server, ("method", method)];
        assert_eq!(metrics.value("weather_mcp_request_duration_seconds_count", &labels), Some(0.0), "{labels:?}");
    }
    for tool in ["forecast", "radar", "barometer", "climate"] {
        for status in ["success", "error", "cancelled"] {
            let labels = [server, ("tool", tool), ("status", status)];
            assert_eq!(metrics.value("weather_mcp_tool_calls_total", &labels), Some(0.0), "{labels:?}");
        }
        for histogram in ["weather_mcp_tool_call_duration_seconds_count", "weather_mcp_result_bytes_count"] {
            assert_eq!(metrics.value(histogram, &[server, ("tool", tool)]), Some(0.0), "{histogram} {tool}");
        }
    }
    for error in ["tool_error", "invalid_params", "unknown_tool", "timeout", "panic", "internal"] {
        let labels = [server, ("method", "tools/call"), ("type", error)];
        assert_eq!(metrics.value("weather_mcp_errors_total", &labels), Some(0.0), "{labels:?}");
    }
    assert_eq!(metrics.value("weather_mcp_requests_in_flight", &[server]), Some(0.0));
    for transport in ["http", "stdio"] {
        assert_eq!(metrics.value("weather_mcp_sessions_active", &[server, ("transport", transport)]), Some(0.0));
    }
    // Methods that it does not serve have no series.
    assert!(!metrics.text.contains("resources/") && !metrics.text.contains("completion/"));
}

#[tokio::test]
async fn the_agent_has_its_own_names() {
    let server = Process::start(&["server"]);
    let mut agent = Process::start(&["agent", &server.mcp()]);
    assert_names::<Sorter>(&agent.metrics().await);
    for letter in ["city Bergen", "city Atlantis", "hello", "%%%"] {
        agent.ask(letter);
    }
    assert_names::<Sorter>(&agent.metrics().await);
}

#[tokio::test]
async fn the_service_has_its_own_names() {
    let service = Process::start(&["service"]);
    let metrics = service.metrics().await;
    assert_names::<Stations>(&metrics);
    let overflow = [("metric", "weather_lookups_total"), ("label", "city")];
    assert_eq!(metrics.value("weather_metrics_label_overflow_total", &overflow), Some(0.0));
    assert!(metrics.families(is_foreign).contains("tokio_workers"));
}
