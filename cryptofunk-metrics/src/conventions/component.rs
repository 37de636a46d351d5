//! The convention `component`: what every process exposes about itself.

use crate::cell::{Gauge, IntGauge};

/// The label `component`: a component, by the name in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Component(pub &'static str);

/// The label `version` of `build_info`: the version of the component's crate, unless its attribute says another.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Version(pub &'static str);

families! {
    /// The families of a module with the convention `component`, as far as it has not left them out.
    ComponentFamilies {
        component_uptime_seconds: fn(Component) -> Gauge,
        component_healthy: fn(Component) -> IntGauge,
        build_info: fn(Component, Version) -> IntGauge,
    }
}
