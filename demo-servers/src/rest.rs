//! What the HTTP interfaces of the orchestrator and of the API have in common: pages, and errors in one form.

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An error as clients see it: `{"error": {"code": "not_found", "message": "…"}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    pub error: ErrorText,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ErrorText {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// An answer that is an error.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Failure {
    /// An error with a code for programs and a message for people.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Failure { status, code, message: message.into() }
    }

    /// For people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What was asked for is wrong.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Failure::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// A component that is needed does not answer.
    pub(crate) fn unavailable(message: impl ToString) -> Self {
        Failure::new(StatusCode::BAD_GATEWAY, "unavailable", message.to_string())
    }

    /// There is nothing of this name.
    pub(crate) fn not_found() -> Self {
        let message = "there is nothing here; /api/v1/openapi.json of the API describes what there is";
        Failure::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// The method is another one.
    pub(crate) fn method() -> Self {
        Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path takes another method")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = ErrorText { code: self.code.to_owned(), message: self.message };
        (self.status, Json(ErrorBody { error })).into_response()
    }
}

/// Which part of a list is asked for: `?limit=50&offset=0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Paging {
    /// How many, from 1 to 500.
    pub limit: u32,
    /// How many of the newest to leave out.
    pub offset: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Paging { limit: 50, offset: 0 }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(paging) = Query::<Paging>::from_request_parts(parts, state)
            .await
            .map_err(|error| Failure::bad_request(error.body_text()))?;
        if !(1..=500).contains(&paging.limit) {
            return Err(Failure::bad_request(format!("`limit` is {}, but should be from 1 to 500", paging.limit)));
        }
        Ok(paging)
    }
}

/// A part of a list, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// How many there are.
    pub total: u64,
    /// How many were asked for.
    pub limit: u32,
    /// How many of the newest were left out.
    pub offset: u32,
}

impl<T> Page<T> {
    /// The part of a list that begins with the newest.
    pub(crate) fn of(newest_first: impl ExactSizeIterator<Item = T>, Paging { limit, offset }: Paging) -> Self {
        let total = newest_first.len() as u64;
        Page { items: newest_first.skip(offset as usize).take(limit as usize).collect(), total, limit, offset }
    }
}
