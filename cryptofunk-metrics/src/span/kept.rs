//! What of an HTTP request is kept for a span that begins after it.

use axum::http::{HeaderMap, HeaderName, Request, Version};
use tracing::Level;

use crate::trace::TARGET;

/// The headers that a span has something of.
const HEADERS: [&str; 4] = ["baggage", "mcp-session-id", "traceparent", "tracestate"];

/// What of an HTTP request is kept while it is answered, in case it is refused.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(super) headers: HeaderMap,
    pub(super) version: Version,
}

impl Kept {
    /// Nothing unless somebody wants spans.
    pub(crate) fn of<B>(request: &Request<B>) -> Option<Self> {
        let value = |name| Some((HeaderName::from_static(name), request.headers().get(name)?.clone()));
        tracing::span_enabled!(target: TARGET, Level::INFO)
            .then(|| Kept { headers: HEADERS.into_iter().filter_map(value).collect(), version: request.version() })
    }
}
