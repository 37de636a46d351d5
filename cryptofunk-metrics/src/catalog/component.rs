//! What every component exposes.

use cryptofunk_metrics_macros::{Label, metrics};

/// A component, by the name in its attribute.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Component(pub &'static str);

/// The version of a build.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Version(pub &'static str);

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Time since the component started.
    pub fn component_uptime_seconds(component: Component) -> Gauge;

    /// Component health status: 1 when every health check passes, 0 otherwise.
    pub fn component_healthy(component: Component) -> IntGauge;

    /// Always 1; its labels say which version runs.
    pub fn build_info(component: Component, version: Version) -> IntGauge;
}
pub use declarations::*;
