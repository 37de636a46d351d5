//! What is asked of the metrics, checked while it compiles, and what the documents say of them.

mod dashboards;
mod deployment;
mod document;
mod documents;
mod queries;
mod runbook;
mod schema;

pub use dashboards::DASHBOARDS;
pub use document::Document;
pub use documents::{documents, system};
use queries::EXAMPLES;
use runbook::RUNBOOK;
pub use schema::{FLEET, RULES};
use schema::{MONITORED, RECORDED};
