//! Refusals in the form of JSON-RPC, for requests that the SDK does not get.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use rmcp::model::{ErrorCode, ErrorData, JsonRpcError, RequestId};

/// A code of the range that JSON-RPC leaves to servers.
const BUSY: ErrorCode = ErrorCode(-32000);

/// An answer of HTTP with an error of JSON-RPC, whose request is not known.
pub(super) fn refusal(status: StatusCode, code: ErrorCode, message: String) -> Response {
    refusal_of(None, status, code, message)
}

/// An answer of HTTP with an error of JSON-RPC to the request with this id.
pub(super) fn refusal_of(id: Option<RequestId>, status: StatusCode, code: ErrorCode, message: String) -> Response {
    let error = JsonRpcError::new(id, ErrorData::new(code, message, None));
    let body = serde_json::to_vec(&error).unwrap_or_default();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Says that there is no place now, and when to try again.
pub(super) fn busy(what: &str) -> Response {
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, BUSY, format!("{what}; try again later"));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
