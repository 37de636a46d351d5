//! Requests over HTTP that the SDK refuses before a handler sees them: by host or origin, for a header, a version or a session that
//! is over.

use axum::{
    body::to_bytes,
    extract::Request,
    http::{Method as HttpMethod, header::CONTENT_TYPE},
    response::Response,
};

use super::bodies::Text;
use crate::{
    clock,
    conventions::mcp::{Method, ProtocolVersion, Transport},
    mcp::{
        origin::{Seen, Stopping},
        server_metrics::ServerMetrics,
    },
    span::{Kept, ServerSpan},
};

/// Counts a request that was answered with an error of HTTP and that no handler has seen.
pub(super) async fn count<A: Future<Output = Response>>(
    metrics: &'static ServerMetrics,
    stopping: Stopping,
    mut request: Request,
    next: impl FnOnce(Request) -> A,
) -> Response {
    let is_notification = header(&request, "mcp-method").is_some_and(|method| method.starts_with("notifications/"));
    if request.method() != HttpMethod::POST || is_notification {
        return next(request).await;
    }
    let start = clock::now();
    // Only newer versions say the method outside of the body, which belongs to the SDK.
    let method = header(&request, "mcp-method").map_or(Method::Other, Method::from_name);
    let version = header(&request, "mcp-protocol-version").map_or(ProtocolVersion::Other, ProtocolVersion::from_name);
    let seen = Seen::new(stopping);
    request.extensions_mut().insert(seen.clone());
    let kept = Kept::of(&request);
    let mut response = next(request).await;
    let text = response.extensions_mut().remove::<Text>();
    if !(response.status().is_client_error() || response.status().is_server_error()) || seen.is_seen() {
        return response;
    }
    let ticks = clock::now().saturating_sub(start);
    let (error, response) = read_error(response).await;
    let (code, message) = match error {
        Some(RefusalError { code, message }) => (Some(code), message),
        None => (None, response.status().to_string()),
    };
    let span = match (kept, text) {
        (Some(kept), Some(Text(body))) => ServerSpan::refused(&kept, &body),
        _ => ServerSpan::none(),
    };
    span.failed("_OTHER", code, &message);
    metrics.record_refused(method, (Transport::Http, version), code, ticks, span.sampled());
    response
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The JSON-RPC error in a response, if it has one; a refusal may be plain text too. The response is as it was.
async fn read_error(response: Response) -> (Option<RefusalError>, Response) {
    let is_json =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return (None, response);
    }
    let (parts, body) = response.into_parts();
    // The SDK has made the whole of it already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let error = serde_json::from_slice::<Refusal>(&body).ok().map(|refusal| refusal.error);
    (error, Response::from_parts(parts, body.into()))
}

#[derive(serde::Deserialize)]
struct Refusal {
    error: RefusalError,
}

#[derive(serde::Deserialize)]
struct RefusalError {
    code: i32,
    #[serde(default)]
    message: String,
}
