//! Packs: monitoring of a system, made of its declarations.
//!
//! A pack has recording rules and alerts for Prometheus with promtool's tests of them, dashboards for Grafana, a runbook, METRICS.md and
//! catalog.json. It is about the families of the conventions (`mcp`, `otel-mcp`, `agent`, `llm`, `component`) in the namespace of the catalogue, and asks
//! for those alone that the catalogue has. What servers and tools promise by `slo(…)` becomes recording rules and alerts on how fast
//! the error budget burns.
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
//! The program that writes the files, and with `--check` fails if they are not what would be written:
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
//! For each indicator (success and latency, of servers and of tools) the share of bad calls is recorded over seven windows, and the error budget
//! beside it. Alerts are those of the workbook of Google's SRE, for a budget of 30 days:
//!
//! | burn rate | long window | short window | severity |
//! |---|---|---|---|
//! | 14.4 | 1 h | 5 min | `critical` (a page) |
//! | 6 | 6 h | 30 min | `critical` |
//! | 3 | 1 d | 2 h | `warning` (a ticket) |
//! | 1 | 3 d | 6 h | `warning` |
//!
//! **Few calls do not page.** With three calls an hour, one failure is a third of them, which would be a burn rate of 67 at 99.5 %. So an alert also needs
//! [that many](Pack::few_failures) bad calls in its long window, 5 without a setting. A tool that is hardly called, and always fails, is found by the
//! longer windows.
//!
//! **A large budget.** A share is never above 1, so 14.4 times the budget of a promise of 90 % would never be reached; the threshold is then
//! halfway between the budget and 1.
//!
//! **Whose fault.** Wrong arguments, unknown tools and refused requests count as neither good nor bad. Under OpenTelemetry's names alone, wrong arguments
//! are a `tool_error` like any other, since OpenTelemetry has no type of their own for them; they count as bad there.

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
