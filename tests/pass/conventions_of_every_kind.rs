//! Families under one's own name, or under no name at all.

#![deny(warnings)]

use cryptofunk_metrics::{Catalog, Query, conventions::Families, metrics, promql};

const BOUNDS: &[f64] = &[0.1, 1.0, 300.0];

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(buckets(tool_call_duration_seconds = super::BOUNDS, request_duration_seconds = [1, 2]), without(result_bytes, errors_total))]
pub mod servers {
    /// Answers that came from the cache.
    pub fn cache_hits_total() -> Counter;
}

#[metrics(namespace = "weather", convention = "agent")]
#[convention(native(analysis_duration_seconds, llm_duration_seconds(factor = 1.02, max_buckets = 320)))]
pub mod agents {}

#[metrics(namespace = "climate", convention = "mcp")]
#[convention(native)]
#[convention(native(result_bytes(schema = 0)))]
pub mod climate {}

#[metrics(namespace = "", convention = ["mcp", "otel-mcp"], lazy)]
#[convention(without(component))]
pub mod bare {}

#[metrics(namespace = "acme", subsystem = "weather", convention = "component")]
pub mod service {}

// The families of components are equal in both, and stand in the catalogue once.
const WEATHER: Catalog = Catalog::new(&[servers::METRICS, agents::METRICS]);
const CLIMATE: Catalog = Catalog::new(&[climate::METRICS]);
const BARE: Catalog = Catalog::new(&[bare::METRICS, service::METRICS]);
const _: Families = Families::join(&[servers::FAMILIES, agents::FAMILIES]);

const QUERIES: &[Query] = &[
    promql!(WEATHER, r#"sum by (server) (rate(weather_mcp_requests_total{method="tools/call",status="error"}[5m]))"#),
    promql!(WEATHER, "weather_component_healthy == 0 or weather_agent_healthy == 0"),
    promql!(BARE, r#"histogram_quantile(0.9, sum by (le) (rate(mcp_server_operation_duration_seconds_bucket{error_type=""}[5m])))"#),
    promql!(BARE, "sum(mcp_requests_in_flight)"),
    promql!(CLIMATE, "histogram_quantile(0.9, sum(rate(climate_mcp_tool_call_duration_seconds[5m])))"),
    promql!(CLIMATE, "histogram_quantile(0.9, sum by (le) (rate(climate_mcp_tool_call_duration_seconds_bucket[5m])))"),
];

pub fn main() {
    let find = |name| WEATHER.find(name);
    assert_eq!(find("weather_mcp_tool_call_duration_seconds").map(|family| family.buckets), Some(BOUNDS));
    assert!(find("weather_mcp_result_bytes").is_none() && find("weather_mcp_errors_total").is_none());
    assert!(find("weather_cache_hits_total").is_some());
    assert_eq!(WEATHER.iter().filter(|family| family.name == "weather_build_info").count(), 1);
    assert!(BARE.find("acme_weather_build_info").is_some() && BARE.find("build_info").is_none());
    let schema = |catalog: Catalog, name| catalog.find(name).and_then(|family| family.native).map(|native| native.schema());
    assert_eq!(schema(WEATHER, "weather_agent_analysis_duration_seconds"), Some(3));
    assert_eq!(schema(WEATHER, "weather_agent_llm_duration_seconds"), Some(6));
    assert_eq!(schema(WEATHER, "weather_agent_confidence"), None);
    assert_eq!(schema(CLIMATE, "climate_mcp_result_bytes"), Some(0));
    let natives = CLIMATE.iter().filter(|family| family.native.is_some());
    assert_eq!(natives.count(), CLIMATE.iter().filter(|family| !family.buckets.is_empty()).count());
    assert_eq!(QUERIES.len(), 6);
}
