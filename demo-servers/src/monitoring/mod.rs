//! What is asked of the metrics, checked while it compiles, and what the documents say of them.

mod dashboards;
mod deployment;
mod document;
mod documents;
mod queries;
mod runbook;
mod schema;

pub use dashboards::DASHBOARDS;
pub use deployment::job_of;
pub use document::Document;
pub use documents::{documents, system};
pub use queries::EXAMPLES;
pub use runbook::RUNBOOK;
pub(crate) use schema::RECORDED;
pub use schema::{FLEET, MONITORED, RULES};
