//! How a server speaks HTTP: who may call it, how much it bears, and how long it waits.

use std::{
    env, fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::Request, response::IntoResponse, routing::Route};
use rmcp::transport::streamable_http_server::session::SessionStore;
use tower::{Layer, Service};

use crate::{
    error::Error,
    exporter::{Limits, PresenceSettings, Settings, origins::Origins, token::TokenFile},
};

/// Settings of a server over streamable HTTP: hosts, origins, tokens, limits, times and streams.
///
/// ```
/// use std::time::Duration;
///
/// use cryptofunk_metrics::mcp::HttpSettings;
///
/// let settings = HttpSettings::default()
///     .allow_host("mcp.example.com")
///     .allow_origin("https://app.example.com:443")
///     .bearer_token_file("/run/secrets/mcp-token")
///     .sessions(5_000)
///     .session_idle(Duration::from_secs(900));
/// ```
///
/// [`from_env`](Self::from_env) reads these variables. Durations are written as `30s` or `5m`, lists with commas.
///
/// | method | variable | meaning | default |
/// |---|---|---|---|
/// | [`allow_host`](Self::allow_host) | `MCP_ALLOWED_HOSTS` | names in the `Host` header; others get 403 | `localhost`, `127.0.0.1`, `[::1]`, with any port |
/// | [`allow_origin`](Self::allow_origin) | `MCP_ALLOWED_ORIGINS` | web pages that may call (CORS); others get 403 | pages of the same names |
/// | [`bearer_token_file`](Self::bearer_token_file) | `MCP_TOKEN_FILE` | a file with the bearer token that `/mcp` asks for; else 401 | none |
/// | [`authorization_server`](Self::authorization_server) | `MCP_AUTHORIZATION_SERVERS` | OAuth servers, in the metadata of the protected resource | none |
/// | [`resource`](Self::resource) | `MCP_RESOURCE` | the URL of `/mcp` that clients know | `http://`, the `Host` header, `/mcp` |
/// | [`layer`](Self::layer) | | a tower layer around `/mcp`, such as authorization of your own | none |
/// | [`token_file`](Self::token_file) | `METRICS_TOKEN_FILE` | a file with the bearer token that `/metrics` and `/` ask for | none |
/// | | `MCP_PORT` | a port of its own for `/mcp`; the address that is served then has `/metrics`, `/health` and `/` alone | the same port |
/// | | `MCP_BIND` | the IP address of `/mcp`, for [`McpServer::address`](crate::McpServer::address) and `MCP_PORT` | `METRICS_BIND`, else `127.0.0.1` |
/// | [`metrics_at`](Self::metrics_at) | | an address of their own for `/metrics`, `/health` and `/` | the same port |
/// | [`connections`](Self::connections) | `MCP_CONNECTIONS` | open connections of the port; one more, and the one that is idle longest is closed | 4096, at most 128 less than the process may have files |
/// | [`calls`](Self::calls) | `MCP_CALLS` | `POST` requests that are answered at a time; more get 503 | 1000 |
/// | [`streams`](Self::streams) | `MCP_STREAMS` | open streams (`GET`) at a time; more get 503 | 1000, at most two thirds of the connections |
/// | [`sessions`](Self::sessions) | `MCP_SESSIONS` | open sessions, about 50 KB each; more get 503 | 1000 |
/// | [`session_idle`](Self::session_idle) | `MCP_SESSION_IDLE` | a session without a request or a stream for this long ends | 5 minutes |
/// | [`body_limit`](Self::body_limit) | `MCP_BODY_BYTES` | bytes of a request's body; more get 413 | 4 MiB |
/// | [`bodies_limit`](Self::bodies_limit) | `MCP_BODIES_BYTES` | bytes of all bodies at a time; more wait, then get 503 | 64 MiB |
/// | [`value_limit`](Self::value_limit) | `MCP_BODY_VALUES` | JSON values of a body; more get 413. All bodies have twice as many | 200,000 |
/// | [`read_within`](Self::read_within) | `MCP_READ_TIMEOUT` | time for a request's head, and again for its body (408) | 30 s |
/// | [`resume_within`](Self::resume_within) | | time to come back for an answer after a broken connection | 5 s |
/// | [`drain_for`](Self::drain_for) | `MCP_DRAIN` | time that calls have after `SIGTERM` | 5 s |
/// | [`sse_keep_alive`](Self::sse_keep_alive) | | how often a silent stream gets a comment | 15 s |
/// | [`sse_retry`](Self::sse_retry) | | when clients come back after a broken stream | 3 s |
/// | [`stateless`](Self::stateless) | | no sessions | off |
/// | [`json_answers`](Self::json_answers) | | answers as JSON where there is one message, without sessions | off |
/// | [`session_store`](Self::session_store) | | keeps what other processes need to go on with a session | none |
///
/// A body that is no JSON, or is nested more than 120 levels deep, gets 400 with an error of JSON-RPC.
#[derive(Clone)]
pub struct HttpSettings {
    pub(super) allowed: Origins,
    pub(super) bearer: Option<TokenFile>,
    pub(super) authorization_servers: Vec<String>,
    pub(super) resource: Option<String>,
    pub(super) layers: Vec<Arc<dyn Fn(Router) -> Router + Send + Sync>>,
    pub(super) token_file: Option<PathBuf>,
    /// How others learn of the process.
    pub(super) presence: Option<PresenceSettings>,
    pub(super) port: Option<u16>,
    pub(super) ip: Option<IpAddr>,
    pub(super) metrics_at: Option<SocketAddr>,
    connections: usize,
    pub(super) calls: usize,
    pub(super) streams: usize,
    pub(super) sessions: usize,
    pub(super) session_idle: Duration,
    pub(super) body_bytes: usize,
    pub(super) bodies_bytes: usize,
    pub(super) body_values: usize,
    pub(super) read_within: Duration,
    pub(super) patience: Duration,
    pub(super) drain: Duration,
    pub(super) sse_keep_alive: Option<Duration>,
    pub(super) sse_retry: Option<Duration>,
    pub(super) is_stateless: bool,
    pub(super) json_answers: bool,
    pub(super) session_store: Option<Arc<dyn SessionStore>>,
}

impl Default for HttpSettings {
    /// The defaults of the table.
    fn default() -> Self {
        let limits = Limits::default();
        HttpSettings {
            allowed: Origins::default(),
            bearer: None,
            authorization_servers: Vec::new(),
            resource: None,
            layers: Vec::new(),
            token_file: None,
            presence: None,
            port: None,
            ip: None,
            metrics_at: None,
            connections: limits.connections,
            calls: 1000,
            streams: 1000,
            sessions: 1000,
            session_idle: Duration::from_secs(300),
            body_bytes: 4 * 1024 * 1024,
            bodies_bytes: 64 * 1024 * 1024,
            body_values: 200_000,
            read_within: limits.head_within,
            patience: Duration::from_secs(5),
            drain: Duration::from_secs(5),
            sse_keep_alive: Some(Duration::from_secs(15)),
            sse_retry: Some(Duration::from_secs(3)),
            is_stateless: false,
            json_answers: false,
            session_store: None,
        }
    }
}

impl HttpSettings {
    /// The defaults, changed by the variables in the table above.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    pub fn from_env() -> Result<Self, Error> {
        let mut settings = HttpSettings::default();
        settings.allowed.hosts.extend(list("MCP_ALLOWED_HOSTS"));
        settings.allowed.origins.extend(urls("MCP_ALLOWED_ORIGINS")?);
        settings.authorization_servers = urls("MCP_AUTHORIZATION_SERVERS")?;
        settings.resource = urls("MCP_RESOURCE")?.pop();
        if let Some(path) = set("MCP_TOKEN_FILE") {
            settings = settings.bearer_token_file(path);
        }
        let outside = Settings::from_env(0)?;
        (settings.token_file, settings.presence) = (outside.token_file, Some(outside.presence));
        settings.port = parsed("MCP_PORT", "a port from 0 to 65535")?;
        settings.ip = parsed("MCP_BIND", "an IP address, such as 127.0.0.1 or 0.0.0.0")?;
        let numbers: [(_, &mut usize); 7] = [
            ("MCP_CONNECTIONS", &mut settings.connections),
            ("MCP_CALLS", &mut settings.calls),
            ("MCP_STREAMS", &mut settings.streams),
            ("MCP_SESSIONS", &mut settings.sessions),
            ("MCP_BODY_BYTES", &mut settings.body_bytes),
            ("MCP_BODIES_BYTES", &mut settings.bodies_bytes),
            ("MCP_BODY_VALUES", &mut settings.body_values),
        ];
        for (variable, number) in numbers {
            *number = parsed(variable, "a whole number")?.unwrap_or(*number);
        }
        let durations = [
            ("MCP_SESSION_IDLE", &mut settings.session_idle),
            ("MCP_READ_TIMEOUT", &mut settings.read_within),
            ("MCP_DRAIN", &mut settings.drain),
        ];
        for (variable, duration) in durations {
            let read = parsed(variable, "a duration, such as 30s or 5m")?;
            *duration = read.map_or(*duration, humantime::Duration::into);
        }
        Ok(settings)
    }

    /// Accepts requests for this host name, or `host:port`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed.hosts.push(host.into());
        self
    }

    /// Accepts requests from web pages of this origin, `scheme://host:port`. The port may be `*`; without one, it is the scheme's own. CORS
    /// tells browsers so.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.allowed.origins.push(origin.into());
        self
    }

    /// Refuses web pages of this machine too, unless [`allow_origin`](Self::allow_origin) names their origin.
    #[must_use]
    pub fn refuse_local_pages(mut self) -> Self {
        self.allowed.refuses_local_pages = true;
        self
    }

    /// Asks for the bearer token in this file at `/mcp`. What was read is used for a second, so the token can be renewed.
    ///
    /// Without the right token, a request gets 401, with a `WWW-Authenticate` header that leads to the metadata of the protected resource
    /// (RFC 9728), as MCP's authorization says.
    #[must_use]
    pub fn bearer_token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.bearer = Some(TokenFile { path: path.into(), variable: "MCP_TOKEN_FILE" });
        self
    }

    /// Names an OAuth server that gives tokens for this server, by its URL. The metadata at `/.well-known/oauth-protected-resource` lists it. A
    /// [layer](Self::layer) of yours checks the tokens.
    #[must_use]
    pub fn authorization_server(mut self, url: impl Into<String>) -> Self {
        self.authorization_servers.push(url.into());
        self
    }

    /// The URL of `/mcp` that clients know, such as `https://mcp.example.com/mcp`, for the metadata of the protected resource.
    #[must_use]
    pub fn resource(mut self, url: impl Into<String>) -> Self {
        self.resource = Some(url.into());
        self
    }

    /// Puts a tower layer around `/mcp`, such as authorization of your own. It sees requests with an allowed host and origin, and with the
    /// right bearer token if one is set. Of several layers, the last one comes first. If the layer answers with a status of 400 or more,
    /// the request counts as `refused`.
    ///
    /// ```
    /// use cryptofunk_metrics::{axum::{extract::Request, http::StatusCode, middleware}, mcp::HttpSettings};
    ///
    /// let key = middleware::from_fn(async |request: Request, next: middleware::Next| {
    ///     match request.headers().get("x-api-key") {
    ///         Some(key) if key == "open sesame" => Ok(next.run(request).await),
    ///         _ => Err(StatusCode::UNAUTHORIZED),
    ///     }
    /// });
    /// let settings = HttpSettings::default().layer(key);
    /// # let _ = settings;
    /// ```
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error: Into<std::convert::Infallible>, Response: IntoResponse, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.layers.push(Arc::new(move |router: Router| router.layer(layer.clone())));
        self
    }

    /// Asks for the bearer token in this file at `/metrics` and `/`.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_file = Some(path.into());
        self
    }

    /// Serves `/metrics`, `/health` and `/` at an address of their own.
    #[must_use]
    pub fn metrics_at(mut self, address: SocketAddr) -> Self {
        self.metrics_at = Some(address);
        self
    }

    /// Limits open connections. When another one arrives, the connection that is idle longest is closed.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Limits the `POST` requests that are answered at a time. More get 503 with `Retry-After`.
    #[must_use]
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// Limits the open streams of `GET` requests. More get 503 with `Retry-After`.
    #[must_use]
    pub fn streams(mut self, streams: usize) -> Self {
        self.streams = streams;
        self
    }

    /// Limits open sessions, each of which takes about 50 KB. At the limit, a new client gets the place of a session that was opened at
    /// least 10 s ago and never used. Without one, it gets 503 with `Retry-After`.
    #[must_use]
    pub fn sessions(mut self, sessions: usize) -> Self {
        self.sessions = sessions;
        self
    }

    /// Ends a session that had no message, no running call and no open stream for this long. Its client then gets 404, and opens another.
    #[must_use]
    pub fn session_idle(mut self, idle: Duration) -> Self {
        self.session_idle = idle;
        self
    }

    /// Limits the size of a request's body, in bytes. A larger one gets 413.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Limits the bytes of all bodies at a time, but always admits one of the largest size. More bodies wait for
    /// [`read_within`](Self::read_within). Bodies up to 16 KiB do not count. While it is read, a body is in memory twice.
    #[must_use]
    pub fn bodies_limit(mut self, bytes: usize) -> Self {
        self.bodies_bytes = bytes;
        self
    }

    /// Limits the JSON values of a body, each of which takes up to 200 bytes when it is read. More get 413. All bodies together may have
    /// twice as many.
    #[must_use]
    pub fn value_limit(mut self, values: usize) -> Self {
        self.body_values = values;
        self
    }

    /// Limits the time for the head of a request, and again for its body. A connection that is idle for this long is closed.
    #[must_use]
    pub fn read_within(mut self, patience: Duration) -> Self {
        self.read_within = patience;
        self
    }

    /// Limits the time in which a client of a session may come back for an answer after its connection broke. Then the request is
    /// cancelled.
    ///
    /// Clients come back with a `GET` and the header `Last-Event-ID`, by default after 3 s. A session that a client deletes, and a request
    /// of protocol version 2026-07-28, which has no session, are cancelled at once.
    #[must_use]
    pub fn resume_within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The time that calls have to finish when the server stops. The others get an error, and count as `error`.
    #[must_use]
    pub fn drain_for(mut self, patience: Duration) -> Self {
        self.drain = patience;
        self
    }

    /// Sends a comment on a stream that was silent for this long, so that proxies keep it open. `None` sends none.
    #[must_use]
    pub fn sse_keep_alive(mut self, interval: Option<Duration>) -> Self {
        self.sse_keep_alive = interval;
        self
    }

    /// Tells clients when to come back after a stream broke. `None` sends no such event.
    #[must_use]
    pub fn sse_retry(mut self, pause: Option<Duration>) -> Self {
        self.sse_retry = pause;
        self
    }

    /// Opens no sessions, even for clients of protocol versions before 2026-07-28: each request is independent.
    #[must_use]
    pub fn stateless(mut self) -> Self {
        self.is_stateless = true;
        self
    }

    /// Answers requests that belong to no session as plain JSON, unless the handler sends messages before its answer.
    #[must_use]
    pub fn json_answers(mut self) -> Self {
        self.json_answers = true;
        self
    }

    /// Keeps what clients said in `initialize`, so that another process, or this one after a restart, goes on with their sessions.
    #[must_use]
    pub fn session_store(mut self, store: Arc<dyn SessionStore>) -> Self {
        self.session_store = Some(store);
        self
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { connections: self.connections, head_within: self.read_within }
    }
}

impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("allowed", &self.allowed)
            .field("bearer", &self.bearer)
            .field("limits", &self.limits())
            .field("calls", &self.calls)
            .field("streams", &self.streams)
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}

fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

fn parsed<T: FromStr>(variable: &'static str, expected: &'static str) -> Result<Option<T>, Error> {
    let Some(value) = set(variable) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| Error::Setting { variable, value, expected })
}

fn list(variable: &str) -> Vec<String> {
    let value = set(variable).unwrap_or_default();
    value.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// A list whose entries have a scheme.
fn urls(variable: &'static str) -> Result<Vec<String>, Error> {
    let urls = list(variable);
    match urls.iter().find(|url| !url.contains("://")) {
        Some(url) => {
            let expected = "a list of URLs with their schemes, such as https://app.example.com:443";
            Err(Error::Setting { variable, value: url.clone(), expected })
        }
        None => Ok(urls),
    }
}
