//! What queries are compared with.

use cryptofunk_metrics::{Schema, rules};

use crate::{
    domain::CATALOG,
    topology::{AGENTS, NAMES, PROVIDERS, SERVERS, TOOLS},
};

/// The catalogue with the names of servers, agents, components and providers.
pub(super) const MONITORED: Schema = Schema::new(CATALOG)
    .with_values("server", &SERVERS)
    .with_values("agent", &AGENTS)
    .with_values("tool", &TOOLS)
    .with_values("component", &NAMES)
    .with_values("provider", &PROVIDERS);

rules!(
    /// The alerts and recording rules beside the pack's.
    pub const RULES = MONITORED,
    "../../../deployments/prometheus/rules/trading.yml"
);

rules!(
    /// What a fleet of many replicas is looked at by.
    pub const FLEET = MONITORED,
    "../../../deployments/prometheus/rules/fleet.yml"
);

/// The catalogue with the recording rules, for the queries of people.
pub(crate) const RECORDED: Schema = MONITORED.with_rules(&RULES);
