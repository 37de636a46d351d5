//! The convention `component`: what every process exposes about itself.

use crate::cell::{Gauge, IntGauge};

/// A component, by the name in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Component(pub &'static str);

/// The version of a build.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Version(pub &'static str);

/// The families of a module with the convention `component`, as far as it has not left them out.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each field is the family of its name")]
pub struct ComponentFamilies {
    pub component_uptime_seconds: Option<fn(Component) -> Gauge>,
    pub component_healthy: Option<fn(Component) -> IntGauge>,
    pub build_info: Option<fn(Component, Version) -> IntGauge>,
}
