//! Who may change something: whoever has the token, from a place that is allowed.
//!
//! The token stands in the file that `API_TOKEN_FILE` names; `cryptofunk up` makes one. A web page never has it, and is refused by
//! `Host` and `Origin` besides: a page of another origin names itself in `Origin`, and a name that an attacker lets point here
//! (DNS rebinding) stands in `Host`.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cryptofunk_metrics::rmcp::{
    ErrorData,
    handler::server::{common::FromContextPart, tool::ToolCallContext},
};
use subtle::ConstantTimeEq;

use crate::{
    rest::Failure,
    settings::{self, WrongSetting},
};

/// The names of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The file with the token that changing calls must have. It is read at each call, so that the token can be renewed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Token(Arc<Option<PathBuf>>);

/// Why a call may not change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Refusal {
    #[error("no token is set up: put one into a file and name it in API_TOKEN_FILE")]
    NotSetUp,
    #[error("the file that API_TOKEN_FILE names is empty")]
    Empty,
    #[error("the token cannot be checked; see the component's log")]
    Unreadable,
    #[error("a bearer token is required, that of the file API_TOKEN_FILE: `Authorization: Bearer …`")]
    Missing,
}

impl Token {
    /// The token in this file; without a file, nothing can be changed.
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Token(Arc::new(file))
    }

    /// The token in the file that `API_TOKEN_FILE` names.
    pub(crate) fn from_env() -> Self {
        Token::new(settings::api_token_file())
    }

    /// Whether this is the token.
    async fn check(&self, given: Option<&str>) -> Result<(), Refusal> {
        let file = self.0.as_ref().as_ref().ok_or(Refusal::NotSetUp)?;
        let token = tokio::fs::read_to_string(file).await.map_err(|error| {
            tracing::error!("cannot read {}, which API_TOKEN_FILE names: {error}", file.display());
            Refusal::Unreadable
        })?;
        let token = token.trim();
        if token.is_empty() {
            return Err(Refusal::Empty);
        }
        match given {
            Some(given) if bool::from(given.as_bytes().ct_eq(token.as_bytes())) => Ok(()),
            _ => Err(Refusal::Missing),
        }
    }

    /// Refuses a request without the token; a layer for `axum::middleware::from_fn_with_state`.
    pub(crate) async fn require(State(token): State<Self>, request: Request, next: Next) -> Response {
        match token.check(bearer(request.headers())).await {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        }
    }
}

impl Refusal {
    /// The code of a tool's error.
    pub(crate) const CODE: &str = "unauthorized";
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Refusal::NotSetUp => (StatusCode::FORBIDDEN, "forbidden"),
            Refusal::Missing => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Refusal::Empty | Refusal::Unreadable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        let mut answer = Failure::new(status, code, self.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}

/// The bearer token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who calls a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The process that has started this server, over standard input and output. It could read the token itself.
    Host,
    /// Somebody who reaches the port, with the bearer token that the request has.
    Http(Option<String>),
}

impl Caller {
    /// Refuses a caller that may not change anything.
    pub(crate) async fn may_change(&self, token: &Token) -> Result<(), Refusal> {
        match self {
            Caller::Host => Ok(()),
            Caller::Http(bearer) => token.check(bearer.as_deref()).await,
        }
    }
}

impl<S> FromContextPart<ToolCallContext<'_, S>> for Caller {
    fn from_context_part(context: &mut ToolCallContext<'_, S>) -> Result<Self, ErrorData> {
        let http = context.request_context.extensions.get::<request::Parts>();
        Ok(http.map_or(Caller::Host, |parts| Caller::Http(bearer(&parts.headers).map(str::to_owned))))
    }
}

/// Where requests may come from: the names that a component is called by, and the web pages that may call it.
#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Allowed>);

#[derive(Debug)]
struct Allowed {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Places {
    /// This machine, the address of `METRICS_BIND`, `MCP_ALLOWED_HOSTS` and `MCP_ALLOWED_ORIGINS`.
    pub(crate) fn from_env() -> Result<Self, WrongSetting> {
        let list = |name: &str| std::env::var(name).unwrap_or_default();
        let mut hosts = entries(&list("MCP_ALLOWED_HOSTS"));
        if let Some(ip) = settings::bind_address()? {
            hosts.push(if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() });
        }
        Ok(Places::new(hosts, entries(&list("MCP_ALLOWED_ORIGINS"))))
    }

    fn new(hosts: Vec<String>, origins: Vec<String>) -> Self {
        Places(Arc::new(Allowed { hosts, origins }))
    }

    /// Refuses a request to another host, and one of a web page that is not this host's own; a layer for
    /// `axum::middleware::from_fn_with_state`.
    pub(crate) async fn require(State(places): State<Self>, request: Request, next: Next) -> Response {
        match places.check(request.headers()) {
            Ok(()) => next.run(request).await,
            Err(why) => Failure::new(StatusCode::FORBIDDEN, "forbidden", why).into_response(),
        }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else {
            return Err("one `Host` header is required");
        };
        let Allowed { hosts, origins } = &*self.0;
        let name = without_port(host);
        let is = |allowed: &str| allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(name);
        if !LOOPBACK.into_iter().chain(hosts.iter().map(String::as_str)).any(is) {
            return Err("this `Host` is not allowed; MCP_ALLOWED_HOSTS adds one");
        }
        // Only browsers send it. A page of this component itself may ask; so may those that are listed.
        for origin in headers.get_all(header::ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            let own = origin.split_once("://").is_some_and(|(_, place)| place.eq_ignore_ascii_case(host));
            if !own && !origins.iter().any(|allowed| without_default_port(allowed).eq_ignore_ascii_case(origin)) {
                return Err("this `Origin` is not allowed; MCP_ALLOWED_ORIGINS adds one");
            }
        }
        Ok(())
    }
}

fn entries(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// `example.com` of `example.com:8080`, and `[::1]` of `[::1]:8080`.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// An origin as browsers write it: they leave out the port that its scheme has by default.
fn without_default_port(origin: &str) -> &str {
    let port = if origin.starts_with("https://") { ":443" } else { ":80" };
    origin.strip_suffix(port).unwrap_or(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(headers: &[(header::HeaderName, &'static str)]) -> Result<(), &'static str> {
        let places = Places::new(vec!["bus.example.com".to_owned()], vec!["https://app.example.com:443".to_owned()]);
        places.check(&headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect())
    }

    #[test]
    fn pages_of_other_origins_and_names_that_are_not_ours_are_refused() {
        use header::{HOST, ORIGIN};
        for host in ["127.0.0.1:8081", "localhost", "[::1]:8081", "bus.example.com", "BUS.example.com:8081"] {
            assert_eq!(said(&[(HOST, host)]), Ok(()), "{host}");
        }
        for host in ["evil.example.com:8081", "127.0.0.1.example.com", "localhost.evil.com", "", "127.0.0.1:x"] {
            assert!(said(&[(HOST, host)]).is_err_and(|why| why.contains("MCP_ALLOWED_HOSTS")), "{host}");
        }
        assert_eq!(said(&[]), Err("one `Host` header is required"));
        let two: HeaderMap = [(HOST, HeaderValue::from_static("localhost"))].into_iter().collect();
        let mut two = two;
        two.append(HOST, HeaderValue::from_static("localhost"));
        assert!(Places::new(Vec::new(), Vec::new()).check(&two).is_err());
        let page = |origin| said(&[(HOST, "127.0.0.1:8081"), (ORIGIN, origin)]);
        assert_eq!((page("http://127.0.0.1:8081"), page("https://app.example.com")), (Ok(()), Ok(())));
        for origin in ["http://127.0.0.1:9999", "https://evil.example.com", "null", "http://localhost:8081"] {
            assert!(page(origin).is_err_and(|why| why.contains("MCP_ALLOWED_ORIGINS")), "{origin}");
        }
    }

    #[tokio::test]
    async fn only_the_token_lets_a_caller_over_http_change_something() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let token = Token::new(Some(file.path().to_owned()));
        let with = |bearer: &str| Caller::Http(Some(bearer.to_owned()));
        assert_eq!(with("").may_change(&token).await, Err(Refusal::Empty), "an empty token is nobody's");
        std::fs::write(file.path(), "secret\n").expect("it is written");
        assert_eq!(with("secret").may_change(&token).await, Ok(()));
        for caller in [with("secre"), with(""), Caller::Http(None)] {
            assert_eq!(caller.may_change(&token).await, Err(Refusal::Missing));
        }
        assert_eq!(with("secret").may_change(&Token::default()).await, Err(Refusal::NotSetUp));
        assert_eq!(Caller::Host.may_change(&Token::default()).await, Ok(()));
        std::fs::remove_file(file.path()).expect("it is there");
        assert_eq!(with("secret").may_change(&token).await, Err(Refusal::Unreadable));
    }
}
