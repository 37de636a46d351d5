//! The connections of a database pool.

use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Database connections in use.
    pub fn database_connections_active() -> IntGauge;

    /// Database connections that wait for use.
    pub fn database_connections_idle() -> IntGauge;

    /// Database connections that the pool may open.
    pub fn database_connections_max() -> IntGauge;
}
pub use declarations::*;
