use cryptofunk_metrics::{
    Component,
    descriptor::{
        ComponentDescriptor,
        ComponentKind::{Agent, McpServer},
        MetricDescriptor,
    },
};

use crate::{
    agents::sentiment::SentimentAgent, api::Api, market_data::MarketData, orchestrator::Orchestrator,
    order_executor::OrderExecutor, risk_analyzer::RiskAnalyzer,
};

/// Which component exposes which family. A test compares this with what the running components expose.
pub fn exposes(component: &ComponentDescriptor, family: &MetricDescriptor) -> bool {
    let name = family.name.trim_start_matches("cryptofunk_");
    let begins = |start: &str| name.starts_with(start);
    let asks_a_model = component.name == SentimentAgent::NAME;
    match name {
        "component_uptime_seconds" | "component_healthy" | "build_info" => true,
        _ if begins("mcp_") => component.kind == McpServer,
        _ if begins("agent_llm_") => asks_a_model,
        // The sentiment agent reads headlines, and calls no server.
        _ if begins("agent_mcp_") => component.kind == Agent && !asks_a_model,
        _ if begins("agent_") => component.kind == Agent,
        _ if begins("orchestrator_") || begins("nats_") => component.name == Orchestrator::NAME,
        "risk_limit_breaches_total" | "circuit_breaker_tripped" | "var_value_usd" => {
            component.name == RiskAnalyzer::NAME
        }
        _ if begins("redis_") => component.name == MarketData::NAME,
        _ if begins("http_") => component.name == Api::NAME,
        // Trades, what they come to, the database of them, and the budget of their symbols.
        _ => component.name == OrderExecutor::NAME,
    }
}
