//! What is asked of the metrics, checked while it compiles, and what the documents say of them.

mod dashboards;
mod documents;
mod exposed;
mod queries;
mod runbook;
mod targets;

pub use dashboards::DASHBOARDS;
pub use documents::{Document, documents, system};
pub use exposed::exposes;
pub use queries::EXAMPLES;
pub use runbook::RUNBOOK;
pub use targets::job_of;

use cryptofunk_metrics::{Agent, CATALOG, Catalog, Component, rules};

use crate::{
    TOPOLOGY,
    agents::{
        arbitrage::ArbitrageAgent, orderbook::OrderBookAgent, reversion::ReversionAgent, risk::RiskAgent,
        sentiment::SentimentAgent, technical::TechnicalAgent, trend::TrendAgent,
    },
    market_data::MarketData,
    order_executor::OrderExecutor,
    risk_analyzer::RiskAnalyzer,
    technical_indicators::TechnicalIndicators,
};

/// The catalogue with the names of servers, agents, components and providers.
pub const MONITORED: Catalog = CATALOG
    .with_values("server", &[MarketData::NAME, TechnicalIndicators::NAME, RiskAnalyzer::NAME, OrderExecutor::NAME])
    .with_values(
        "agent",
        &[
            TechnicalAgent::NAME,
            OrderBookAgent::NAME,
            SentimentAgent::NAME,
            TrendAgent::NAME,
            ReversionAgent::NAME,
            ArbitrageAgent::NAME,
            RiskAgent::NAME,
        ],
    )
    .with_values("component", &NAMES)
    .with_values("provider", SentimentAgent::PROVIDERS);

const NAMES: [&str; TOPOLOGY.len()] = {
    let mut names = [""; TOPOLOGY.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = TOPOLOGY[i].name;
        i += 1;
    }
    names
};

rules!(
    /// The alerts and recording rules that are shipped.
    pub const RULES = MONITORED,
    "../../../deployments/prometheus/rules/cryptofunk.yml"
);

/// The catalogue with the recording rules, for the queries of people.
pub(crate) const RECORDED: Catalog = MONITORED.with_rules(&RULES);
