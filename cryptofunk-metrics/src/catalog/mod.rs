//! What is measured: declarations, and catalogues that join them.
//!
//! [`Catalog`] joins the `METRICS` of any modules and refuses two families of one name. [`CATALOG`] has what this library itself
//! exposes, one module a category, each a list of signatures. Its modules are `lazy`: a component exposes what it registers or
//! records.

pub mod agent;
pub mod component;
pub mod database;
pub mod http;
pub mod mcp;
pub mod redis;
pub mod system;

pub use cryptofunk_metrics_catalog::Catalog;

/// The families that this library exposes by itself.
pub const CATALOG: Catalog = Catalog::new(&[mcp::METRICS, agent::METRICS, system::METRICS]);
