use cryptofunk_metrics_catalog::descriptor::{
    ComponentDescriptor, ComponentKind, MetricDescriptor, Objective, ToolDescriptor,
};

use crate::{catalog, conventions::Families};

/// A process with a name and a port. Its metrics carry the name.
///
/// The macros implement it: `#[mcp_server]` for MCP servers, `#[agent]` for agents and
/// `#[component]` for every other kind of process.
pub trait Component {
    /// The name, as it stands in labels.
    const NAME: &'static str;
    /// The port of `/metrics` and `/health`.
    const PORT: u16;
    /// What kind of process it is.
    const KIND: ComponentKind;
    /// The first doc comment of the annotated block.
    const DESCRIPTION: &'static str;
    /// The version of the crate that declares it, unless the attribute says another.
    const VERSION: &'static str;
    /// The families that it exposes, one entry for each module in its `families` and `metrics`.
    const METRICS: &'static [&'static [MetricDescriptor]] = &[];

    /// What it records into.
    #[doc(hidden)]
    const FAMILIES: Families = catalog::FAMILIES;

    /// What an MCP server promises of its requests: `slo(…)` in its attribute. Other components promise nothing.
    const OBJECTIVE: Objective = Objective::NONE;

    /// Its tools, as `McpServer::TOOLS` has them.
    #[doc(hidden)]
    const __TOOLS: &'static [ToolDescriptor] = &[];

    /// All of this as constant data, for documents and packs.
    const DESCRIPTOR: ComponentDescriptor =
        ComponentDescriptor::new(Self::NAME, Self::KIND, Self::PORT, Self::DESCRIPTION)
            .with_metrics(Self::METRICS)
            .with_tools(Self::__TOOLS)
            .with_objective(Self::OBJECTIVE);

    /// Exposes what the component has from its start.
    #[doc(hidden)]
    fn __register() {}

    /// Its health checks.
    #[cfg(feature = "exporter")]
    #[doc(hidden)]
    fn __checks(_: &std::sync::Arc<Self>) -> Vec<crate::exporter::health::HealthCheck>
    where
        Self: Send + Sync + 'static,
    {
        Vec::new()
    }
}
