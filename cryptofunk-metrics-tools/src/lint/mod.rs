//! The checks of `promql!` and `rules!` for files that are read at run time: Prometheus rule files, and Grafana dashboards as JSON. The
//! command `metrics-lint` uses this module.
//!
//! ```
//! use cryptofunk_metrics::{CATALOG, query::LintRule};
//! use cryptofunk_metrics_tools::lint::Linter;
//!
//! let rules = "groups: [{name: shop, rules: [{alert: Down, expr: cryptofunk_agent_helthy == 0}]}]";
//! let report = Linter::new(CATALOG).lint(&[("rules.yml".to_owned(), rules.to_owned())]);
//! assert_eq!(report.findings[0].rule, LintRule::UnknownMetric);
//! assert!(report.findings[0].message.contains("did you mean `cryptofunk_agent_healthy`"));
//! ```

mod asked;
mod catalog;
mod component;
mod dashboard;
mod data_source;
mod exposition;
mod families;
mod files;
mod finding;
mod json;
mod linter;
mod live;
mod report;
mod variable;

pub use catalog::{CatalogError, Declared, read_catalog};
pub use files::{Input, Unreadable, inputs};
pub use finding::Finding;
pub use linter::Linter;
pub use live::{Difference, Live, Scrape, live_catalog};
pub use report::{Report, Skipped};
