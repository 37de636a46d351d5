//! Connections to Redis.

use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Active Redis connections.
    pub fn redis_connections_active() -> IntGauge;
}
pub use declarations::*;
