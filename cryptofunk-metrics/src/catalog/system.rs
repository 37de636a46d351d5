//! The health of components and of what they stand on, as one category.

use cryptofunk_metrics_catalog::descriptor::{MetricDescriptor, MetricKind};

use super::{component, database, http, redis};
pub use super::{
    component::{Component, Version, build_info, component_healthy, component_uptime_seconds},
    database::{database_connections_active, database_connections_idle, database_connections_max},
    http::{HttpMethod, HttpStatus, Route, http_request_duration_seconds, http_requests_total},
    redis::redis_connections_active,
};

const MODULES: &[&[MetricDescriptor]] = &[component::METRICS, database::METRICS, redis::METRICS, http::METRICS];

const FAMILIES: usize = {
    let (mut families, mut left) = (0, MODULES);
    while let [module, others @ ..] = left {
        families += module.len();
        left = others;
    }
    families
};

/// The families of the category, as constant data.
pub const METRICS: &[MetricDescriptor] = &{
    let mut joined = [MetricDescriptor::new("", MetricKind::Gauge); FAMILIES];
    let (mut at, mut left) = (0, MODULES);
    while let [module, others @ ..] = left {
        joined.split_at_mut(at).1.split_at_mut(module.len()).0.copy_from_slice(module);
        at += module.len();
        left = others;
    }
    joined
};
