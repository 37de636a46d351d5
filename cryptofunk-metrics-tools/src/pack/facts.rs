//! What rules and dashboards of a pack are made of.

use cryptofunk_metrics_catalog::descriptor::{ComponentDescriptor, ComponentKind};

use crate::pack::{budget::Indicator, clock::Clock, dialect::Dialect, families::Families};

/// What is known of a system, and how its pack is to be.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) families: Families,
    pub(super) prefix: &'static str,
    pub(super) components: &'static [ComponentDescriptor],
    pub(super) dialect: Option<Dialect>,
    pub(super) indicators: Vec<Indicator>,
    pub(super) clock: Clock,
    pub(super) jobs: Jobs,
    /// How many calls have to fail before a share of them matters.
    pub(super) few: u32,
    /// From which 95th percentile on a tool is slow, in seconds.
    pub(super) slow: f64,
    /// How many sessions a server keeps open.
    pub(super) sessions: u32,
}

/// The jobs of Prometheus' configuration.
#[derive(Debug, Clone)]
pub(super) struct Jobs {
    pub(super) servers: String,
    pub(super) agents: String,
    /// Of each service its own name, unless it is told.
    pub(super) services: Option<String>,
}

impl Facts {
    pub(super) fn of_kind(&self, kind: ComponentKind) -> impl Iterator<Item = &ComponentDescriptor> {
        self.components.iter().filter(move |component| component.kind == kind)
    }

    /// The first MCP server and its first tool, for tests.
    pub(super) fn example(&self) -> (&'static str, &'static str) {
        let servers = self.components.iter().filter(|component| component.kind == ComponentKind::McpServer);
        let mut servers = servers.map(|server| (server.name, server.tools.first().map_or("tool", |tool| tool.name)));
        servers.next().unwrap_or(("server", "tool"))
    }

    /// The name of the first component that is one of these, for tests.
    pub(super) fn example_of(&self, kind: ComponentKind) -> &'static str {
        self.components.iter().find(|component| component.kind == kind).map_or("example", |component| component.name)
    }

    /// The jobs of all that is no MCP server, as a regular expression; empty if there is nothing else.
    pub(super) fn other_jobs(&self) -> String {
        let agents = self.of_kind(ComponentKind::Agent).next().map(|_| self.jobs.agents.clone());
        let services = self.of_kind(ComponentKind::Service);
        let mut jobs: Vec<String> = match &self.jobs.services {
            Some(job) => services.take(1).map(|_| job.clone()).collect(),
            None => services.map(|service| service.name.to_owned()).collect(),
        };
        jobs.extend(agents);
        jobs.dedup();
        jobs.join("|")
    }

    pub(super) fn window(&self) -> String {
        self.clock.of(300)
    }
}
