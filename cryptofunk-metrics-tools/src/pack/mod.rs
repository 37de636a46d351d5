//! Packs: the monitoring of a system, generated from its declarations.
//!
//! A pack has recording rules and alerts for Prometheus, tests of them for promtool, Grafana dashboards, a runbook, METRICS.md and
//! catalog.json. It covers the families of the conventions (`mcp`, `otel-mcp`, `agent`, `llm`, `component`) in the namespace of the
//! catalogue, and uses only families that the catalogue has. Objectives of servers and tools (`slo(…)`) become recording rules, and alerts
//! on how fast the error budget burns.
//!
//! ```
//! use cryptofunk_metrics::{Catalog, Component, mcp_server, metrics};
//! use cryptofunk_metrics_tools::pack::Pack;
//!
//! #[metrics(namespace = "weather", convention = "mcp")]
//! pub mod families {}
//!
//! struct Weather;
//!
//! /// Knows the weather.
//! #[mcp_server(name = "weather", port = 9300, families = families, slo(success = 99.5))]
//! impl Weather {
//!     /// The weather of a city.
//!     #[mcp_tool(slo(success = 99.9, latency(99 < "200ms")))]
//!     async fn forecast(&self, city: String) -> String {
//!         format!("Sunny in {city}.")
//!     }
//! }
//!
//! # fn main() {
//! const CATALOG: Catalog = Catalog::new(&[families::METRICS]);
//! let pack = Pack::new("weather", CATALOG, &[Weather::DESCRIPTOR]).made_by("cargo run --example pack");
//! let files = pack.files().expect("everything that it needs is declared");
//! let rules = files.iter().find(|file| file.path == "prometheus/weather.rules.yml").expect("rules");
//! assert!(rules.text.contains("- alert: MCPToolErrorBudgetBurns"));
//! # }
//! ```
//!
//! This program writes the files. With `--check`, it fails if the files on disk differ from what it would write. It is not run here,
//! because it writes files:
//!
//! ```no_run
//! # use cryptofunk_metrics::{Catalog, catalog};
//! # use cryptofunk_metrics_tools::pack::Pack;
//! # const CATALOG: Catalog = Catalog::new(&[catalog::mcp::METRICS]);
//! fn main() -> std::process::ExitCode {
//!     Pack::new("weather", CATALOG, &[]).made_by("cargo run --example pack").generate("monitoring", std::env::args_os())
//! }
//! ```
//!
//! The command `metrics-pack` does the same for a `catalog.json`.
//!
//! # Your own
//!
//! [`Pack::rules`], [`Pack::dashboards`], [`Pack::runbook`] and [`Pack::queries`] add what only you know of your system. All dashboards link to each
//! other then, and the documents are about all of it. `deployments/` and `demo-servers/src/monitoring` of this project are an example.
//!
//! # Objectives
//!
//! Indicators are success and latency, of servers and of tools. For each one, recording rules have the share of bad calls over seven
//! windows, and the error budget. Alerts are those of Google's SRE workbook, for a budget of 30 days:
//!
//! | burn rate | long window | short window | severity |
//! |---|---|---|---|
//! | 14.4 | 1 h | 5 min | `critical` (a page) |
//! | 6 | 6 h | 30 min | `critical` |
//! | 3 | 1 d | 2 h | `warning` (a ticket) |
//! | 1 | 3 d | 6 h | `warning` |
//!
//! **Few calls do not page.** With three calls an hour, one failure is a third of them: a burn rate of 67 at 99.5 %. So an alert also needs
//! a number of bad calls in its long window: 5, or as [`Pack::few_failures`] says. The longer windows find a tool that has few calls and
//! always fails.
//!
//! **A large budget.** A share is never above 1, so 14.4 times the budget of an objective of 90 % can never be reached. The threshold is
//! then halfway between the budget and 1.
//!
//! **Mistakes of callers.** Wrong arguments, unknown tools and refused requests count as neither good nor bad. With OpenTelemetry's names
//! only, wrong arguments count as bad: OpenTelemetry has no type for them, so they are a `tool_error` like any other.

mod alerts;
mod budget;
mod burn;
mod clock;
mod constants;
mod dashboards;
mod dialect;
mod draft;
mod error;
mod facts;
mod families;
mod file;
mod own;
mod promtool;
mod records;
mod settings;
mod stage;

pub use error::PackError;
pub use file::{PackFile, check_files, write_files};
pub use settings::Pack;
