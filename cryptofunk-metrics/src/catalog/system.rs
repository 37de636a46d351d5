//! The health of components and of what they stand on.

use crate::{Label, metrics};

/// The subject of a message.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Signals of agents.
    Signals,
    /// Decisions of the orchestrator.
    Decisions,
    /// Signs of life.
    Heartbeats,
    /// Pause and resume.
    Control,
}

/// An HTTP request method.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the methods of HTTP")]
pub enum HttpMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    #[label(rename = "other")]
    Other,
}

/// A route as it was declared, `/api/v1/trades/{id}`; never the path that a client sent.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Route(pub &'static str);

/// The class of an HTTP status.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the classes of HTTP")]
pub enum HttpStatus {
    #[label(rename = "1xx")]
    Informational,
    #[label(rename = "2xx")]
    Success,
    #[label(rename = "3xx")]
    Redirection,
    #[label(rename = "4xx")]
    ClientError,
    #[label(rename = "5xx")]
    ServerError,
}

/// The name of a metric family, as a label of this library's own counters.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct MetricName(pub &'static str);

/// The name of a label, as a label of this library's own counters.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct LabelName(pub &'static str);

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Database connections in use.
    pub fn database_connections_active() -> IntGauge;

    /// Database connections that wait for use.
    pub fn database_connections_idle() -> IntGauge;

    /// Database connections that the pool may open.
    pub fn database_connections_max() -> IntGauge;

    /// Active Redis connections.
    pub fn redis_connections_active() -> IntGauge;

    /// NATS messages published by subject.
    pub fn nats_messages_published_total(subject: Subject) -> Counter;

    /// NATS messages received by subject.
    pub fn nats_messages_received_total(subject: Subject) -> Counter;

    /// HTTP requests by method, route and status.
    pub fn http_requests_total(method: HttpMethod, route: Route, status: HttpStatus) -> Counter;

    /// HTTP request latency.
    #[metric(buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])]
    pub fn http_request_duration_seconds(method: HttpMethod, route: Route, status: HttpStatus) -> Histogram;

    /// Values of an open label that were recorded as `other` because its budget was used up.
    pub fn metrics_label_overflow_total(metric: MetricName, label: LabelName) -> Counter;
}
pub use declarations::*;
