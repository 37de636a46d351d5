//! Which hosts and origins requests may name, so that a page of another site cannot use a server that its reader can reach.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{HOST, ORIGIN},
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The hosts and origins that are allowed.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    /// Whether pages of this machine need to be listed too.
    pub(crate) refuses_local_pages: bool,
}

/// Pages of this machine, on any port.
const LOCAL_PAGES: [&str; 6] = [
    "http://localhost:*",
    "https://localhost:*",
    "http://127.0.0.1:*",
    "https://127.0.0.1:*",
    "http://[::1]:*",
    "https://[::1]:*",
];

impl Default for Origins {
    /// The names of this machine, with any port.
    fn default() -> Self {
        let hosts = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        Origins { hosts, origins: Vec::new(), refuses_local_pages: false }
    }
}

impl Origins {
    /// Whether a page of this origin may use the server.
    pub(crate) fn allows_origin(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        let is_local = || LOCAL_PAGES.iter().any(|allowed| is_same_origin(allowed, origin));
        self.origins.iter().any(|allowed| is_same_origin(allowed, origin)) || (!self.refuses_local_pages && is_local())
    }

    /// Why a request is refused, if it is.
    #[cfg_attr(not(feature = "mcp"), allow(dead_code))]
    pub(crate) fn refusal(&self, uri: &Uri, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok().and_then(|host| Authority::try_from(host).ok()),
            (None, _) => uri.authority().cloned(),
            (Some(_), Some(_)) => None,
        };
        let Some(host) = host else {
            return Some((StatusCode::BAD_REQUEST, "Bad Request: one valid Host header is required"));
        };
        if !self.allows_host(&host) {
            tracing::warn!(%host, "refused a request: its Host is not allowed");
            return Some((StatusCode::FORBIDDEN, "Forbidden: Host header is not allowed; MCP_ALLOWED_HOSTS adds one"));
        }
        self.refusal_by_origin(headers)
    }

    fn refusal_by_origin(&self, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
        let foreign = headers.get_all(ORIGIN).iter().find(|origin| !self.allows_origin(origin))?;
        tracing::warn!(origin = ?foreign, "refused a request: its Origin is not allowed");
        Some((StatusCode::FORBIDDEN, "Forbidden: Origin header is not allowed; MCP_ALLOWED_ORIGINS adds one"))
    }

    fn allows_host(&self, host: &Authority) -> bool {
        self.hosts.iter().any(|allowed| {
            // An address of IPv6 may stand without its brackets.
            let (name, port) = match Authority::try_from(allowed.as_str()) {
                Ok(allowed) => (allowed.host().to_owned(), allowed.port_u16()),
                Err(_) => (format!("[{allowed}]"), None),
            };
            name.eq_ignore_ascii_case(host.host()) && (port.is_none() || port == host.port_u16())
        })
    }
}

/// The origins that the environment allows.
pub(super) fn from_env() -> Vec<String> {
    let list = std::env::var("MCP_ALLOWED_ORIGINS").unwrap_or_default();
    list.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::to_owned).collect()
}

/// Whether an origin is the allowed one, whose port may be `*`; without a port, the scheme's own is meant.
fn is_same_origin(allowed: &str, origin: &str) -> bool {
    if allowed.eq_ignore_ascii_case("null") || origin.eq_ignore_ascii_case("null") {
        return allowed.eq_ignore_ascii_case(origin);
    }
    let (base, any_port) = match allowed.strip_suffix(":*") {
        Some(base) => (base, true),
        None => (allowed, false),
    };
    match (parts(base), parts(origin)) {
        (Some((scheme, host, port)), Some((other_scheme, other_host, other_port))) => {
            scheme == other_scheme && host == other_host && (any_port || port == other_port)
        }
        _ => false,
    }
}

fn parts(origin: &str) -> Option<(String, String, Option<u16>)> {
    let uri: Uri = origin.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let port = uri.port_u16().or(match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    });
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

/// Refuses requests that change something and come from a page of an origin that is not allowed.
pub(super) async fn check_changes(State(origins): State<Arc<Origins>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match origins.refusal_by_origin(request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_origins() {
        for (allowed, origin, is_same) in [
            ("http://localhost:*", "http://localhost:5173", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "https://localhost", false),
            ("http://localhost:*", "http://localhost.evil.example", false),
            ("https://app.example.com:443", "https://app.example.com", true),
            ("https://app.example.com", "https://APP.example.com:443", true),
            ("https://app.example.com", "https://app.example.com:8443", false),
            ("http://[::1]:*", "http://[::1]:80", true),
            ("null", "null", true),
            ("https://app.example.com", "null", false),
            ("https://app.example.com", "nonsense", false),
        ] {
            assert_eq!(is_same_origin(allowed, origin), is_same, "{allowed} {origin}");
        }
    }

    #[test]
    fn pages_of_this_machine_are_allowed_unless_they_are_refused() {
        let page = HeaderValue::from_static("http://localhost:5173");
        let mut origins = Origins::default();
        assert!(origins.allows_origin(&page));
        origins.refuses_local_pages = true;
        assert!(!origins.allows_origin(&page));
        origins.origins.push("http://localhost:5173".to_owned());
        assert!(origins.allows_origin(&page));
    }

    #[test]
    fn hosts() {
        let mut origins = Origins::default();
        origins.hosts.extend(["mcp.example.com:8443", "::2"].map(str::to_owned));
        let refusal = |hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            hosts.iter().for_each(|host| {
                headers.append(HOST, host.parse().expect("a header"));
            });
            origins.refusal(&Uri::from_static("/mcp"), &headers).map(|(status, _)| status.as_u16())
        };
        for host in ["localhost", "LOCALHOST:9000", "127.0.0.1:1", "[::1]:80", "[::2]", "mcp.example.com:8443"] {
            assert_eq!(refusal(&[host]), None, "{host}");
        }
        for host in ["evil.example", "mcp.example.com", "localhost.evil.example", "[::3]"] {
            assert_eq!(refusal(&[host]), Some(403), "{host}");
        }
        assert_eq!(refusal(&[]), Some(400));
        assert_eq!(refusal(&["localhost", "localhost"]), Some(400), "two");
        assert_eq!(refusal(&["a b"]), Some(400));
    }
}
