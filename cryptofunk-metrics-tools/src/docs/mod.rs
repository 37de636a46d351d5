//! Documents about a system, written from its declarations: its families, its components, the queries that use them, a runbook of its
//! alerts, and dashboards.
//!
//! ```
//! use cryptofunk_metrics::{CATALOG, catalog::agent};
//! use cryptofunk_metrics_tools::docs::{Category, System};
//!
//! let system = System {
//!     categories: &[Category { title: "Agents", families: agent::METRICS }],
//!     schema: CATALOG.into(),
//!     components: &[],
//!     rules: &[],
//!     queries: &[],
//!     dashboards: &[],
//!     runbook: &[],
//! };
//! assert!(system.markdown("# Metrics").contains("### `cryptofunk_agent_healthy`"));
//! assert!(system.json("this example").contains("\"cryptofunk_agent_healthy\""));
//! ```

mod dashboard;
mod grafana;
mod json;
mod markdown;
mod runbook;
mod runbook_entry;
mod system;

pub use dashboard::{Dashboard, Level, Line, Panel, Row, Unit, Variable};
pub use runbook_entry::{Look, RunbookEntry};
pub use system::{Category, Example, System};
