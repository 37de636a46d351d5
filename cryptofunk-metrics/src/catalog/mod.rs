//! Catalogues, and the families under the names `cryptofunk_…`.
//!
//! [`Catalog`] joins the `METRICS` of modules, and refuses two families of one name. [`CATALOG`] has the families of components without
//! `families`, one module for each subject. Its modules are `lazy`: a component exposes only what it registers or records. The modules
//! `mcp`, `agent`, `llm` and `component` are those of the [`conventions`](crate::conventions) in the namespace `cryptofunk`.

pub mod agent;
pub mod component;
pub mod database;
pub mod http;
pub mod llm;
pub mod mcp;
pub mod redis;
pub mod system;

pub use cryptofunk_metrics_catalog::Catalog;

use crate::conventions::Families;

/// The families that this library exposes by itself, in the namespace `cryptofunk`: of servers, agents, components and adapters.
///
/// ```
/// use cryptofunk_metrics::{CATALOG, descriptor::MetricKind};
///
/// let calls = CATALOG.find("cryptofunk_mcp_tool_calls_total").expect("a family of MCP servers");
/// assert_eq!(calls.kind, MetricKind::Counter);
/// assert_eq!(calls.labels.iter().map(|label| label.name).collect::<Vec<_>>(), ["server", "tool", "status"]);
/// ```
pub const CATALOG: Catalog =
    Catalog::new(&[mcp::METRICS, agent::METRICS, llm::METRICS, component::METRICS, system::METRICS]);

/// What servers and components record into that say no families of their own.
pub(crate) const FAMILIES: Families = Families::join(&[mcp::FAMILIES, llm::FAMILIES, component::FAMILIES]);

/// What agents record into that say no families of their own; their LLM calls are families of the convention `agent`.
pub(crate) const AGENT_FAMILIES: Families = Families::join(&[agent::FAMILIES, component::FAMILIES]);
