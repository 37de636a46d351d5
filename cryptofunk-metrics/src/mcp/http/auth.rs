//! Who may call: the bearer token of `/mcp`, and the metadata by which a client finds out who gives one (RFC 9728).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, HOST, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
    routing::get,
};

use super::settings::HttpSettings;
use crate::{
    error::Error,
    exporter::token::{Given, TokenFile, given, unreadable},
};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
/// How long a token that was read is taken for the one in the file.
const FRESH: Duration = Duration::from_secs(1);

/// What a client is told of the protected resource.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// The URL of `/mcp`, if it does not follow from the request.
    url: Option<String>,
    authorization_servers: Vec<String>,
}

impl Resource {
    pub(super) fn new(settings: &HttpSettings) -> Self {
        Resource { url: settings.resource.clone(), authorization_servers: settings.authorization_servers.clone() }
    }

    fn url(&self, headers: &HeaderMap) -> String {
        let host = || headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        self.url.clone().unwrap_or_else(|| format!("http://{}/mcp", host()))
    }

    /// Where the metadata is: the well-known part stands between the host and the path.
    fn metadata_url(&self, headers: &HeaderMap) -> String {
        let url = self.url(headers);
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = url[host..].find('/').map_or(url.len(), |at| host + at);
        format!("{}{WELL_KNOWN}{}", &url[..path], url[path..].trim_end_matches('/'))
    }

    /// The routes of the metadata.
    pub(super) fn routes(self) -> Router {
        let answer = get(metadata).with_state(Arc::new(self));
        Router::new().route(WELL_KNOWN, answer.clone()).route(&format!("{WELL_KNOWN}/{{*path}}"), answer)
    }
}

#[derive(serde::Serialize)]
struct Metadata<'a> {
    resource: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authorization_servers: &'a [String],
    bearer_methods_supported: [&'static str; 1],
}

async fn metadata(State(resource): State<Arc<Resource>>, headers: HeaderMap) -> Response {
    let metadata = Metadata {
        resource: resource.url(&headers),
        authorization_servers: &resource.authorization_servers,
        bearer_methods_supported: ["header"],
    };
    let body = serde_json::to_vec(&metadata).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Asks for a token.
pub(super) struct Guard {
    file: TokenFile,
    resource: Resource,
    last: Mutex<Option<(Instant, Arc<str>)>>,
}

impl Guard {
    /// # Errors
    ///
    /// If the token cannot be read.
    pub(super) async fn new(file: TokenFile, resource: Resource) -> Result<Self, Error> {
        file.read().await?;
        Ok(Guard { file, resource, last: Mutex::default() })
    }

    async fn token(&self) -> Result<Arc<str>, Error> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = last().as_ref().filter(|(read, _)| read.elapsed() < FRESH).map(|(_, token)| Arc::clone(token));
        if let Some(token) = fresh {
            return Ok(token);
        }
        let token: Arc<str> = self.file.read().await?.into();
        *last() = Some((Instant::now(), Arc::clone(&token)));
        Ok(token)
    }

    /// What a request is answered that has not the right token.
    pub(super) async fn refusal(&self, headers: &HeaderMap) -> Option<Response> {
        let token = match self.token().await {
            Ok(token) => token,
            Err(error) => return Some(unreadable(&error)),
        };
        let error = match given(headers, &token) {
            Given::Right => return None,
            Given::Wrong => ", error=\"invalid_token\"",
            Given::Nothing => "",
        };
        let metadata = self.resource.metadata_url(headers);
        let challenge = format!("Bearer realm=\"mcp\"{error}, resource_metadata=\"{metadata}\"");
        // A host has no character that a header cannot have.
        let challenge = HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer realm=\"mcp\""));
        let challenge = [(WWW_AUTHENTICATE, challenge)];
        Some((StatusCode::UNAUTHORIZED, challenge, "a bearer token is required\n").into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_has_its_place_between_host_and_path() {
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("localhost:9299"))]);
        for (url, expected) in [
            (None, "http://localhost:9299/.well-known/oauth-protected-resource/mcp"),
            (Some("https://a.example/x/mcp"), "https://a.example/.well-known/oauth-protected-resource/x/mcp"),
            (Some("https://a.example/"), "https://a.example/.well-known/oauth-protected-resource"),
            (Some("https://a.example"), "https://a.example/.well-known/oauth-protected-resource"),
        ] {
            let resource = Resource { url: url.map(str::to_owned), authorization_servers: Vec::new() };
            assert_eq!(resource.metadata_url(&headers), expected);
        }
    }
}
