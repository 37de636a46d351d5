//! How many values the JSON of a request over HTTP may have.
//!
//! Bytes are not enough: each value of a parsed body takes many times what its text did, and `[1,1,…]` has one in every two bytes.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use rmcp::model::ErrorCode;
use serde_json::json;

/// What a body may have at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) bytes: usize,
    pub(super) values: usize,
}

/// Refuses a request whose body has more values than the limit, before anybody parses it.
pub(super) async fn limit(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, limit.bytes).await else {
        let error = format!("the body cannot be read, or has more than {} bytes", limit.bytes);
        return refused(StatusCode::PAYLOAD_TOO_LARGE, &error);
    };
    if has_more_values(&body, limit.values) {
        let error = format!("the body has more than {} JSON values; send fewer at once", limit.values);
        return refused(StatusCode::PAYLOAD_TOO_LARGE, &error);
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Whether a text of JSON has more values than this: one at its beginning, behind each comma, and in each list and object. An empty list
/// counts as one with a value.
fn has_more_values(json: &[u8], most: usize) -> bool {
    // A value takes a byte at least.
    if json.len() < most {
        return false;
    }
    let mut values = 1;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b',' | b'[' | b'{' => values += 1,
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
        if values > most {
            return true;
        }
    }
    false
}

fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    let error = json!({ "code": ErrorCode::INVALID_REQUEST.0, "message": message });
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_texts_are_not() {
        for (json, values) in [
            (r#"1"#, 1),
            (r#"[1,1,1]"#, 4),
            (r#"{"a": [1, {"b": 2}], "c": "d"}"#, 6),
            (r#"{"a,[{": "b,\\",[\\\\"}"#, 2),
            (r#"["unfinished, "#, 2),
        ] {
            assert!(!has_more_values(json.as_bytes(), values), "{json}");
            assert!(has_more_values(json.as_bytes(), values - 1), "{json}");
        }
    }
}
