//! Requests over HTTP that the SDK refuses before a handler sees them: by host or origin, for a header, a version or a session that
//! is over.

use axum::{
    extract::{Request, State},
    http::{Method as HttpMethod, StatusCode},
    middleware::Next,
    response::Response,
};

use super::{origin::Seen, server_metrics::ServerMetrics};
use crate::{
    clock,
    conventions::mcp::{Method, ProtocolVersion},
};

/// Counts a request that was answered with an error of HTTP and that no handler has seen.
pub(super) async fn count(State(metrics): State<&'static ServerMetrics>, mut request: Request, next: Next) -> Response {
    if request.method() != HttpMethod::POST {
        return next.run(request).await;
    }
    let start = clock::now();
    // Only newer versions say the method outside of the body, which belongs to the SDK.
    let method = header(&request, "mcp-method").map_or(Method::Other, Method::from_name);
    let version = header(&request, "mcp-protocol-version").map_or(ProtocolVersion::Other, ProtocolVersion::from_name);
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let response = next.run(request).await;
    if (response.status().is_client_error() || response.status().is_server_error()) && !seen.is_seen() {
        let ticks = clock::now().saturating_sub(start);
        metrics.record_refused(method, version, code(response.status()), ticks);
    }
    response
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The JSON-RPC error that stands for a status, where the body has none that this layer reads.
fn code(status: StatusCode) -> i32 {
    match status {
        StatusCode::NOT_FOUND => -32601,
        _ => -32600,
    }
}
