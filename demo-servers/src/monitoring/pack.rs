use std::sync::LazyLock;

use cryptofunk_metrics::{
    catalog::{mcp, system},
    descriptor::ComponentDescriptor,
    query::{Alert, Record},
};
use cryptofunk_metrics_tools::{
    docs::{Category, System},
    pack::Pack,
};

use super::{
    dashboards::DASHBOARDS,
    queries::EXAMPLES,
    runbook::RUNBOOK,
    schema::{FLEET, MONITORED, RULES},
};
use crate::{
    domain::{agents, nats, orchestrator, risk, trading},
    topology::TOPOLOGY,
};

/// From which 95th percentile on a tool is slow, in seconds: as much as the slowest server promises.
const SLOW: f64 = 1.0;

/// The families by what they are about.
pub const CATEGORIES: &[Category] = &[
    Category { title: "MCP servers", families: mcp::METRICS },
    Category { title: "Agents", families: agents::every::METRICS },
    Category { title: "Orchestrator", families: orchestrator::METRICS },
    Category { title: "Trading", families: trading::METRICS },
    Category { title: "Risk", families: risk::METRICS },
    Category { title: "System", families: system::METRICS },
    Category { title: "Messages", families: nats::METRICS },
];

/// What is made of the declarations, with what is CryptoFunk's own.
pub fn pack(components: &'static [ComponentDescriptor]) -> Pack {
    Pack::new("cryptofunk", MONITORED, components)
        .title("CryptoFunk")
        .made_by("cryptofunk generate")
        .slow_tool(SLOW)
        .categories(CATEGORIES)
        .rules(&[RULES, FLEET])
        .queries(EXAMPLES)
        .dashboards(DASHBOARDS)
        .runbook(RUNBOOK)
}

/// All that documents are about.
///
/// # Panics
///
/// If the declarations do not fit together, which a test of this crate would have found.
pub fn system() -> &'static System<'static> {
    static SYSTEM: LazyLock<System<'static>> =
        LazyLock::new(|| pack(TOPOLOGY).system().unwrap_or_else(|error| panic!("CryptoFunk has no pack: {error}")));
    &SYSTEM
}

/// All alerts, the pack's first.
pub fn alerts() -> impl Iterator<Item = &'static Alert> {
    system().rules.iter().flat_map(|rules| rules.alerts())
}

/// All recording rules.
pub fn records() -> impl Iterator<Item = &'static Record> {
    system().rules.iter().flat_map(|rules| rules.records())
}
