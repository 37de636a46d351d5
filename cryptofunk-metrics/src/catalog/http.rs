//! Requests to an HTTP application.

use cryptofunk_metrics_macros::{Label, metrics};

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

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// HTTP requests by method, route and status.
    pub fn http_requests_total(method: HttpMethod, route: Route, status: HttpStatus) -> Counter;

    /// HTTP request latency.
    #[metric(buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])]
    pub fn http_request_duration_seconds(method: HttpMethod, route: Route, status: HttpStatus) -> Histogram;
}
pub use declarations::*;
