use cryptofunk_metrics::{
    Component,
    descriptor::{ComponentDescriptor, topology},
};

use crate::{
    agents::{
        arbitrage::ArbitrageAgent, orderbook::OrderBookAgent, reversion::ReversionAgent, risk::RiskAgent,
        sentiment::SentimentAgent, technical::TechnicalAgent, trend::TrendAgent,
    },
    api::Api,
    market_data::MarketData,
    orchestrator::Orchestrator,
    order_executor::OrderExecutor,
    risk_analyzer::RiskAnalyzer,
    technical_indicators::TechnicalIndicators,
};

/// Every component: the one place that says which there are. No two have one name or one port.
pub const TOPOLOGY: &[ComponentDescriptor] = topology(&[
    Orchestrator::DESCRIPTOR,
    Api::DESCRIPTOR,
    MarketData::DESCRIPTOR,
    TechnicalIndicators::DESCRIPTOR,
    RiskAnalyzer::DESCRIPTOR,
    OrderExecutor::DESCRIPTOR,
    TechnicalAgent::DESCRIPTOR,
    OrderBookAgent::DESCRIPTOR,
    SentimentAgent::DESCRIPTOR,
    TrendAgent::DESCRIPTOR,
    ReversionAgent::DESCRIPTOR,
    ArbitrageAgent::DESCRIPTOR,
    RiskAgent::DESCRIPTOR,
]);

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::descriptor::ComponentKind::{self, Agent, McpServer, Service};

    use super::*;

    /// The table that users were promised: names, kinds and ports.
    const PROMISED: [(&str, ComponentKind, u16); 13] = [
        ("orchestrator", Service, 8081),
        ("api", Service, 8080),
        ("market-data", McpServer, 9201),
        ("technical-indicators", McpServer, 9202),
        ("risk-analyzer", McpServer, 9203),
        ("order-executor", McpServer, 9204),
        ("technical-agent", Agent, 9101),
        ("orderbook-agent", Agent, 9102),
        ("sentiment-agent", Agent, 9103),
        ("trend-agent", Agent, 9104),
        ("reversion-agent", Agent, 9105),
        ("arbitrage-agent", Agent, 9106),
        ("risk-agent", Agent, 9107),
    ];

    #[test]
    fn the_components_are_those_that_were_promised() {
        let ours: Vec<_> = TOPOLOGY.iter().map(|component| (component.name, component.kind, component.port)).collect();
        assert_eq!(ours, PROMISED);
    }
}
