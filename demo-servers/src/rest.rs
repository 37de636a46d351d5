//! What the HTTP interfaces of the orchestrator and of the API have in common: pages, errors in one form, and the token of
//! calls that change something.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Json,
    extract::{FromRequestParts, Query, Request, State},
    http::{StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

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
    /// What was asked for is wrong.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Failure { status: StatusCode::BAD_REQUEST, code: "bad_request", message: message.into() }
    }

    /// A component that is needed does not answer.
    pub(crate) fn unavailable(message: impl ToString) -> Self {
        Failure { status: StatusCode::BAD_GATEWAY, code: "unavailable", message: message.to_string() }
    }

    /// There is nothing of this name.
    pub(crate) fn not_found() -> Self {
        let message = "there is nothing here; /api/v1/openapi.json of the API describes what there is".to_owned();
        Failure { status: StatusCode::NOT_FOUND, code: "not_found", message }
    }

    /// The method is another one.
    pub(crate) fn method() -> Self {
        let message = "this path takes another method".to_owned();
        Failure { status: StatusCode::METHOD_NOT_ALLOWED, code: "method_not_allowed", message }
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

/// The file with the token that changing calls must have.
#[derive(Debug, Clone)]
pub(crate) struct Token(Arc<Option<PathBuf>>);

impl Token {
    /// The token in this file, which is read at each call; without a file, nothing can be changed.
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Token(Arc::new(file))
    }

    /// Refuses a call without the token; a layer for `axum::middleware::from_fn_with_state`.
    pub(crate) async fn require(State(Token(file)): State<Self>, request: Request, next: Next) -> Response {
        let Some(file) = &*file else {
            return refused(
                StatusCode::FORBIDDEN,
                "no token is set up: put one into a file and name it in API_TOKEN_FILE",
            );
        };
        let token = match tokio::fs::read_to_string(file).await {
            Ok(token) if !token.trim().is_empty() => token,
            Ok(_) => return refused(StatusCode::SERVICE_UNAVAILABLE, "the file that API_TOKEN_FILE names is empty"),
            Err(error) => {
                tracing::error!("cannot read {}, which API_TOKEN_FILE names: {error}", file.display());
                return refused(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "the token cannot be checked; see the component's log",
                );
            }
        };
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.split_once(' '));
        match given {
            Some((scheme, given))
                if scheme.eq_ignore_ascii_case("bearer")
                    && bool::from(given.trim().as_bytes().ct_eq(token.trim().as_bytes())) =>
            {
                next.run(request).await
            }
            _ => refused(StatusCode::UNAUTHORIZED, "a bearer token is required: the one in the file API_TOKEN_FILE"),
        }
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    let code = match status {
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        _ => "unavailable",
    };
    let mut answer = Failure { status, code, message: message.to_owned() }.into_response();
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    answer
}
