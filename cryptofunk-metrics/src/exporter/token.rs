//! Bearer tokens in files: the optional one of `/metrics` and `/`.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use crate::error::Error;

/// The token in a file.
#[derive(Debug, Clone)]
pub(crate) struct TokenFile {
    pub(crate) path: PathBuf,
    /// What names the file.
    pub(crate) variable: &'static str,
}

/// What a request has to do with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Right,
    Wrong,
    Nothing,
}

impl TokenFile {
    /// Reads the token: the text of the file without the white space around it.
    pub(crate) async fn read(&self) -> Result<String, Error> {
        let fail = |reason: String| Error::Token { variable: self.variable, path: self.path.clone(), reason };
        let text = tokio::fs::read_to_string(&self.path).await.map_err(|error| fail(error.to_string()))?;
        match text.trim() {
            "" => Err(fail("the file is empty".to_owned())),
            token => Ok(token.to_owned()),
        }
    }
}

/// Compares the token of a request in constant time.
pub(crate) fn given(headers: &HeaderMap, token: &str) -> Given {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match given {
        Some((_, given)) if bool::from(given.trim().as_bytes().ct_eq(token.as_bytes())) => Given::Right,
        Some(_) => Given::Wrong,
        None => Given::Nothing,
    }
}

/// The answer to a request whose token cannot be compared, since ours cannot be read.
pub(crate) fn unreadable(error: &Error) -> Response {
    tracing::error!("{error}");
    (StatusCode::SERVICE_UNAVAILABLE, "the token cannot be checked; see the component's log\n").into_response()
}

pub(super) async fn require(State(file): State<Arc<TokenFile>>, request: Request, next: Next) -> Response {
    let token = match file.read().await {
        Ok(token) => token,
        Err(error) => return unreadable(&error),
    };
    match given(request.headers(), &token) {
        Given::Right => next.run(request).await,
        Given::Wrong | Given::Nothing => {
            let head = [(header::WWW_AUTHENTICATE, "Bearer realm=\"metrics\"")];
            (StatusCode::UNAUTHORIZED, head, "a bearer token is required\n").into_response()
        }
    }
}
