//! What is asked of the metrics: the pack that is made of the declarations, and what is CryptoFunk's own, checked while it compiles.

mod dashboards;
mod deployment;
mod documents;
mod pack;
mod queries;
mod runbook;
mod schema;

pub use documents::documents;
pub use pack::{CATEGORIES, alerts, pack, records, system};
use schema::RECORDED;
