use cryptofunk_metrics::catalog::{mcp, system};
use cryptofunk_metrics_tools::docs::{Category, System};

use super::{
    DASHBOARDS, Document, EXAMPLES, FLEET, MONITORED, RULES, RUNBOOK, dashboards::RUNBOOK_UID, deployment::deployment,
};
use crate::{
    domain::{agents, nats, orchestrator, risk, trading},
    topology::TOPOLOGY,
};

/// The command that writes them.
const MADE_BY: &str = "cryptofunk generate";

/// What the documents are about.
pub fn system() -> System<'static> {
    System {
        categories: &[
            Category { title: "MCP servers", families: mcp::METRICS },
            Category { title: "Agents", families: agents::every::METRICS },
            Category { title: "Orchestrator", families: orchestrator::METRICS },
            Category { title: "Trading", families: trading::METRICS },
            Category { title: "Risk", families: risk::METRICS },
            Category { title: "System", families: system::METRICS },
            Category { title: "Messages", families: nats::METRICS },
        ],
        schema: MONITORED,
        components: TOPOLOGY,
        rules: &[RULES, FLEET],
        queries: EXAMPLES,
        dashboards: DASHBOARDS,
        runbook: RUNBOOK,
    }
}

/// Everything that is generated of a system.
pub fn documents(system: &System<'_>) -> Vec<Document> {
    let made = format!("<!-- Made by `{MADE_BY}`; a change of it is lost. -->");
    let metrics = "# Metrics\n\nEvery component serves these on its own port at `/metrics`; beside them the `process_*` and `tokio_*` \
                   metrics of the process.";
    let queries = "# Queries\n\nTo paste into Prometheus. Each is a constant of `demo-servers/src/monitoring/queries.rs`, which the \
                   compiler has compared with the declarations.";
    let runbook = "# Runbook\n\nWhat to do about each alert. The addresses of dashboards are those of Grafana, where this text is a dashboard too. \
                   The prose is that of `demo-servers/src/monitoring/runbook.rs`; expressions, severities and times are those of the rules.";
    let dashboards = "# Dashboards\n\nThe dashboards of `deployments/grafana/dashboards`, whose queries the compiler has compared with the \
                      declarations. `deployments/docker-compose.yml` starts Grafana with them; into another one, import the files as they \
                      are (Dashboards → New → Import) and choose the Prometheus that scrapes CryptoFunk. They are generated from \
                      `demo-servers/src/monitoring/dashboards`, so a change belongs there.\n\nThe pictures show the data of each panel. \
                      They are no screenshots of Grafana: `scripts/pictures` runs `cryptofunk dry-run --keep`, in which the durations \
                      of rules are a thirtieth of the real ones and every alert fires, asks its Prometheus what each panel asks, and draws \
                      the answers with matplotlib.";
    let file = |path: &str, text| Document { path: path.to_owned(), text };
    let mut documents = vec![
        file("docs/METRICS.md", system.markdown(&format!("{made}\n\n{metrics}"))),
        file("docs/QUERIES.md", system.queries_markdown(&format!("{made}\n\n{queries}"))),
        file("docs/RUNBOOK.md", system.runbook_markdown(&format!("{made}\n\n{runbook}"))),
        file("docs/GRAFANA_DASHBOARDS.md", system.dashboards_markdown(&format!("{made}\n\n{dashboards}"), "pictures")),
        file("docs/catalog.json", system.json(MADE_BY)),
    ];
    let address = |uid: &str| format!("/d/{uid}");
    let runbook = ("CryptoFunk: runbook", address(RUNBOOK_UID));
    let pages: Vec<(&str, String)> = system
        .dashboards
        .iter()
        .map(|dashboard| (dashboard.title, address(dashboard.uid)))
        .chain([runbook.clone()])
        .collect();
    let links: Vec<(&str, &str)> = pages.iter().map(|(title, address)| (*title, address.as_str())).collect();
    let path = |uid: &str| format!("deployments/grafana/dashboards/{uid}.json");
    for dashboard in system.dashboards {
        documents.push(file(&path(dashboard.uid), dashboard.json(MADE_BY, &links)));
    }
    documents.push(file(&path(RUNBOOK_UID), system.runbook_json(RUNBOOK_UID, runbook.0, MADE_BY, &links)));
    documents.extend(deployment(system.components));
    documents
}
