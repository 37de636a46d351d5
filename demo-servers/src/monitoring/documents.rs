use cryptofunk_metrics::{
    catalog::{agent, mcp, orchestrator, risk, system, trading},
    docs::{Category, System},
};

use super::{EXAMPLES, MONITORED, RULES, exposes};
use crate::TOPOLOGY;

/// The command that writes them.
const MADE_BY: &str = "cryptofunk generate";

/// A file that is generated.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its path in the project.
    pub path: &'static str,
    /// What it says.
    pub text: String,
}

/// What the documents are about.
pub fn system() -> System<'static> {
    System {
        categories: &[
            Category { title: "MCP servers", families: mcp::METRICS },
            Category { title: "Agents", families: agent::METRICS },
            Category { title: "Orchestrator", families: orchestrator::METRICS },
            Category { title: "Trading", families: trading::METRICS },
            Category { title: "Risk", families: risk::METRICS },
            Category { title: "System", families: system::METRICS },
        ],
        catalog: MONITORED,
        components: TOPOLOGY,
        exposes,
        rules: &[RULES],
        queries: EXAMPLES,
    }
}

/// Everything that is generated of a system.
pub fn documents(system: &System<'_>) -> Vec<Document> {
    let made = format!("<!-- Made by `{MADE_BY}`; a change of it is lost. -->");
    let metrics = "# Metrics\n\nEvery component serves these on its own port at `/metrics`; beside them the `process_*` and `tokio_*` \
                   metrics of the process.";
    let queries = "# Queries\n\nTo paste into Prometheus. Each is a constant of `demo-servers/src/monitoring/queries.rs`, which the \
                   compiler has compared with the declarations.";
    vec![
        Document { path: "docs/METRICS.md", text: system.markdown(&format!("{made}\n\n{metrics}")) },
        Document { path: "docs/QUERIES.md", text: system.queries_markdown(&format!("{made}\n\n{queries}")) },
        Document { path: "docs/catalog.json", text: system.json(MADE_BY) },
    ]
}
