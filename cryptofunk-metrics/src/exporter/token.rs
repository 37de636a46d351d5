//! The optional bearer token of `/metrics` and `/`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use crate::error::Error;

/// Reads the token: the text of the file without the white space around it.
pub(super) async fn read(path: &Path) -> Result<String, Error> {
    let fail = |reason: String| Error::Token { path: path.to_owned(), reason };
    let text = tokio::fs::read_to_string(path).await.map_err(|error| fail(error.to_string()))?;
    match text.trim() {
        "" => Err(fail("the file is empty".to_owned())),
        token => Ok(token.to_owned()),
    }
}

pub(super) async fn require(State(path): State<Arc<PathBuf>>, request: Request, next: Next) -> Response {
    let token = match read(&path).await {
        Ok(token) => token,
        Err(error) => {
            tracing::error!("{error}");
            return (StatusCode::SERVICE_UNAVAILABLE, "the token cannot be checked; see the component's log\n")
                .into_response();
        }
    };
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match given {
        Some((_, given)) if bool::from(given.trim().as_bytes().ct_eq(token.as_bytes())) => next.run(request).await,
        _ => {
            let head = [(header::WWW_AUTHENTICATE, "Bearer realm=\"metrics\"")];
            (StatusCode::UNAUTHORIZED, head, "a bearer token is required\n").into_response()
        }
    }
}
