//! What is asked of the metrics, checked while it compiles, and what the documents say of them.

mod dashboards;
mod deployment;
mod documents;
mod exposed;
mod queries;
mod runbook;

pub use dashboards::DASHBOARDS;
pub use deployment::job_of;
pub use documents::{Document, documents, system};
pub use exposed::exposes;
pub use queries::EXAMPLES;
pub use runbook::RUNBOOK;

use cryptofunk_metrics::{Agent, Component, McpServer, Schema, catalog::mcp::Tool, descriptor::ToolDescriptor, rules};

use crate::{
    CATALOG, TOPOLOGY,
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
pub const MONITORED: Schema = Schema::new(CATALOG)
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
    .with_values("tool", &TOOLS)
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

const SERVERS: [&[ToolDescriptor]; 4] =
    [MarketData::TOOLS, TechnicalIndicators::TOOLS, RiskAnalyzer::TOOLS, OrderExecutor::TOOLS];

/// The tools of all servers, and what a tool that no server has is recorded as.
const TOOLS: [&str; 1 + SERVERS[0].len() + SERVERS[1].len() + SERVERS[2].len() + SERVERS[3].len()] = {
    let mut tools = [Tool::UNKNOWN.0; _];
    let (mut server, mut tool) = (0, 0);
    let mut next = 1;
    while server < SERVERS.len() {
        while tool < SERVERS[server].len() {
            tools[next] = SERVERS[server][tool].name;
            next += 1;
            tool += 1;
        }
        server += 1;
        tool = 0;
    }
    tools
};

rules!(
    /// The alerts and recording rules that are shipped.
    pub const RULES = MONITORED,
    "../../../deployments/prometheus/rules/cryptofunk.yml"
);

rules!(
    /// What a fleet of many replicas is looked at by.
    pub const FLEET = MONITORED,
    "../../../deployments/prometheus/rules/fleet.yml"
);

/// The catalogue with the recording rules, for the queries of people.
pub(crate) const RECORDED: Schema = MONITORED.with_rules(&RULES);
