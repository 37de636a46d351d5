//! The components: the one table of them, which says of each all that others need to know.

use anyhow::bail;
use cryptofunk_metrics::{
    Agent, Component, McpServer,
    catalog::mcp::Tool,
    descriptor::{ComponentDescriptor, ComponentKind, ToolDescriptor, topology},
};

use crate::{
    agents::{
        arbitrage::ArbitrageAgent, orderbook::OrderBookAgent, reversion::ReversionAgent, risk::RiskAgent,
        sentiment::SentimentAgent, technical::TechnicalAgent, trend::TrendAgent,
    },
    api::{self, Api},
    market_data::MarketData,
    orchestrator::{self, Orchestrator},
    order_executor::OrderExecutor,
    risk_analyzer::RiskAnalyzer,
    run::{self, How, Running},
    technical_indicators::TechnicalIndicators,
};

/// Every component: the one place that says which there are. No two have one name or one port.
const TABLE: [Entry; 13] = [
    Entry::of::<Orchestrator>(|how| run::until_told(how, orchestrator::run)).secrets(&[TOKEN]),
    Entry::of::<Api>(|how| run::until_told(how, |stop| api::run(TOPOLOGY, stop))).secrets(&[TOKEN]),
    Entry::server::<MarketData>(|how| run::server(how, async { MarketData::from_env() })),
    Entry::server::<TechnicalIndicators>(|how| run::server(how, async { Ok(TechnicalIndicators) })),
    Entry::server::<RiskAnalyzer>(|how| run::server(how, async { Ok(RiskAnalyzer) })).secrets(&[TOKEN]),
    Entry::server::<OrderExecutor>(|how| run::server_that_ends(how, OrderExecutor::start(), OrderExecutor::close))
        .secrets(&[TOKEN, Secret { variable: "DATABASE_URL_FILE", key: "database-url" }]),
    Entry::agent::<TechnicalAgent>(|how| run::agent(how, TechnicalAgent::from_env)),
    Entry::agent::<OrderBookAgent>(|how| run::agent(how, OrderBookAgent::from_env)),
    Entry::agent::<SentimentAgent>(|how| run::agent(how, SentimentAgent::from_env))
        .secrets(&[TOKEN, Secret { variable: "LLM_API_KEY_FILE", key: "llm-key" }]),
    Entry::agent::<TrendAgent>(|how| run::agent(how, TrendAgent::from_env)),
    Entry::agent::<ReversionAgent>(|how| run::agent(how, ReversionAgent::from_env)),
    Entry::agent::<ArbitrageAgent>(|how| run::agent(how, ArbitrageAgent::from_env)),
    Entry::agent::<RiskAgent>(|how| run::agent(how, RiskAgent::from_env)),
];

/// The token of whoever changes something.
const TOKEN: Secret = Secret { variable: "API_TOKEN_FILE", key: "api-token" };

/// The kinds of components in the order in which they start: those that others call come first.
pub const STAGES: [ComponentKind; 3] = [ComponentKind::McpServer, ComponentKind::Service, ComponentKind::Agent];

/// A component.
#[derive(Debug, Clone, Copy)]
struct Entry {
    descriptor: ComponentDescriptor,
    tools: &'static [ToolDescriptor],
    providers: &'static [&'static str],
    secrets: &'static [Secret],
    run: fn(How) -> Running,
}

/// A secret that a component reads from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret {
    /// The variable that names the file.
    pub(crate) variable: &'static str,
    /// The name of the secret where it is kept.
    pub(crate) key: &'static str,
}

impl Entry {
    const fn of<C: Component>(run: fn(How) -> Running) -> Self {
        Entry { descriptor: C::DESCRIPTOR, tools: &[], providers: &[], secrets: &[], run }
    }

    const fn server<S: McpServer>(run: fn(How) -> Running) -> Self {
        Entry { tools: S::TOOLS, ..Entry::of::<S>(run) }
    }

    const fn agent<A: Agent>(run: fn(How) -> Running) -> Self {
        // For the bus.
        Entry { providers: A::PROVIDERS, secrets: &[TOKEN], ..Entry::of::<A>(run) }
    }

    const fn secrets(mut self, secrets: &'static [Secret]) -> Self {
        self.secrets = secrets;
        self
    }
}

/// What each component is.
pub const TOPOLOGY: &[ComponentDescriptor] = topology(&DESCRIPTORS);

const DESCRIPTORS: [ComponentDescriptor; TABLE.len()] = {
    let mut all = [TABLE[0].descriptor; TABLE.len()];
    let mut i = 1;
    while i < all.len() {
        all[i] = TABLE[i].descriptor;
        i += 1;
    }
    all
};

/// Their names.
pub(crate) const NAMES: [&str; TABLE.len()] = {
    let mut names = [""; TABLE.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = TABLE[i].descriptor.name;
        i += 1;
    }
    names
};

/// The names of the MCP servers.
pub(crate) const SERVERS: [&str; count(ComponentKind::McpServer)] = names(ComponentKind::McpServer);

/// The names of the agents.
pub(crate) const AGENTS: [&str; count(ComponentKind::Agent)] = names(ComponentKind::Agent);

/// The tools of all servers, and what a tool that no server has is recorded as.
pub(crate) const TOOLS: [&str; {
    let (mut all, mut i) = (1, 0);
    while i < TABLE.len() {
        all += TABLE[i].tools.len();
        i += 1;
    }
    all
}] = {
    let mut tools = [Tool::UNKNOWN.0; _];
    let (mut next, mut i) = (1, 0);
    while i < TABLE.len() {
        let mut tool = 0;
        while tool < TABLE[i].tools.len() {
            tools[next] = TABLE[i].tools[tool].name;
            next += 1;
            tool += 1;
        }
        i += 1;
    }
    tools
};

/// The language models' providers that agents ask.
pub(crate) const PROVIDERS: [&str; {
    let (mut all, mut i) = (0, 0);
    while i < TABLE.len() {
        all += TABLE[i].providers.len();
        i += 1;
    }
    all
}] = {
    let mut providers = [""; _];
    let (mut next, mut i) = (0, 0);
    while i < TABLE.len() {
        let mut provider = 0;
        while provider < TABLE[i].providers.len() {
            providers[next] = TABLE[i].providers[provider];
            next += 1;
            provider += 1;
        }
        i += 1;
    }
    providers
};

const fn is(entry: &Entry, kind: ComponentKind) -> bool {
    matches!(
        (entry.descriptor.kind, kind),
        (ComponentKind::McpServer, ComponentKind::McpServer) | (ComponentKind::Agent, ComponentKind::Agent)
    )
}

const fn count(kind: ComponentKind) -> usize {
    let (mut all, mut i) = (0, 0);
    while i < TABLE.len() {
        all += is(&TABLE[i], kind) as usize;
        i += 1;
    }
    all
}

const fn names<const N: usize>(kind: ComponentKind) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut next, mut i) = (0, 0);
    while i < TABLE.len() {
        if is(&TABLE[i], kind) {
            names[next] = TABLE[i].descriptor.name;
            next += 1;
        }
        i += 1;
    }
    names
}

/// The secrets that a component needs.
pub(crate) fn secrets_of(name: &str) -> &'static [Secret] {
    TABLE.iter().find(|entry| entry.descriptor.name == name).map_or(&[], |entry| entry.secrets)
}

/// Runs the component of this name until the process is told to stop.
///
/// # Errors
///
/// If there is none, if it cannot be run in this way, and if it fails.
pub async fn run_component(name: &str, how: How) -> anyhow::Result<()> {
    let Some(entry) = TABLE.iter().find(|entry| entry.descriptor.name == name) else {
        bail!("there is no component `{name}`");
    };
    if how.stdio && entry.descriptor.kind != ComponentKind::McpServer {
        let [others @ .., last] = &SERVERS;
        bail!("{name} is no MCP server; `--stdio` is for {} and {last}", others.join(", "));
    }
    (entry.run)(how).await
}

#[cfg(test)]
mod tests {
    use ComponentKind::{Agent, McpServer, Service};

    use super::*;
    use crate::scrape::Work;

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

    #[test]
    fn the_work_of_a_component_is_counted_in_families_that_it_exposes() {
        for component in TOPOLOGY {
            let work = Work::of(component);
            for family in [work.count.trim_end_matches("_count"), work.duration] {
                assert!(component.exposes(family), "{} does not expose {family}", component.name);
            }
            // An agent calls servers, or a model.
            let counts_errors = work.errors.iter().any(|(family, _)| component.exposes(family));
            assert!(counts_errors, "{} counts no errors", component.name);
        }
    }
}
