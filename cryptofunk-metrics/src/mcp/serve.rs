//! Serving an MCP server over streamable HTTP.

use std::{fmt::Debug, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService},
};
use tokio::net::ToSocketAddrs;
use tokio_util::sync::CancellationToken;

use super::{refused, server_metrics::ServerMetrics, sessions::Sessions, values};
use crate::{
    component::Component,
    error::Error,
    exporter::{Bound, Exporter, PresenceSettings, Settings, shutdown_signal},
};

/// Who may call a server over HTTP, and how much they may send.
///
/// ```
/// use cryptofunk_metrics::mcp::HttpSettings;
///
/// let settings = HttpSettings::default().allow_host("mcp.example.com").allow_origin("https://app.example.com:443");
/// ```
#[derive(Debug, Clone)]
pub struct HttpSettings {
    hosts: Vec<String>,
    origins: Vec<String>,
    body_bytes: usize,
    body_values: usize,
    patience: Duration,
    token_file: Option<std::path::PathBuf>,
    presence: Option<PresenceSettings>,
}

impl Default for HttpSettings {
    /// Loopback names as `Host` and `Origin`, bodies up to 4 MiB with 200,000 values, 5 s for a client to come back, no token.
    fn default() -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        HttpSettings {
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            origins: loopback
                .iter()
                .flat_map(|host| [format!("http://{host}:*"), format!("https://{host}:*")])
                .collect(),
            body_bytes: 4 * 1024 * 1024,
            body_values: 200_000,
            patience: Duration::from_secs(5),
            token_file: None,
            presence: None,
        }
    }
}

impl HttpSettings {
    /// The defaults, and what the environment adds: `MCP_ALLOWED_HOSTS` and `MCP_ALLOWED_ORIGINS`, with commas between, and
    /// `METRICS_TOKEN_FILE` and the variables of discovery, as in [`Settings`].
    ///
    /// # Errors
    ///
    /// If a variable has a value that cannot be meant.
    pub fn from_env() -> Result<Self, Error> {
        let list = |variable| std::env::var(variable).unwrap_or_default();
        let mut settings = HttpSettings::default();
        for host in entries(&list("MCP_ALLOWED_HOSTS")) {
            settings = settings.allow_host(host);
        }
        for origin in entries(&list("MCP_ALLOWED_ORIGINS")) {
            if !origin.contains("://") {
                let expected = "a list of origins with their schemes, such as https://app.example.com:443";
                return Err(Error::Setting { variable: "MCP_ALLOWED_ORIGINS", value: origin.to_owned(), expected });
            }
            settings = settings.allow_origin(origin);
        }
        // The address is the caller's; `METRICS_PORT` is read with it.
        let outside = Settings::from_env(0)?;
        (settings.token_file, settings.presence) = (outside.token_file, Some(outside.presence));
        Ok(settings)
    }

    /// Accepts requests for this host name, or `host:port`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Accepts requests from web pages of this origin, `scheme://host:port`; the port may be `*`.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Accepts request bodies up to this size.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Accepts request bodies whose JSON has up to so many values: numbers, texts, lists and objects. Others are answered with 413.
    ///
    /// A value takes some two hundred bytes while it is read, whatever its text: so this bounds the memory, and
    /// [`body_limit`](Self::body_limit) alone does not.
    #[must_use]
    pub fn value_limit(mut self, values: usize) -> Self {
        self.body_values = values;
        self
    }

    /// Gives a client of a session this long to come back for an answer after its connection broke; then the request is cancelled.
    ///
    /// Clients come back with a `GET` and the header `Last-Event-ID`, by default after 3 s. A session that a client deletes, and a request
    /// of protocol version 2026-07-28, which has no session, are cancelled at once.
    #[must_use]
    pub fn resume_within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Asks for the bearer token in this file at `/metrics` and `/`.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.token_file = Some(path.into());
        self
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// See [`McpServer::bind_http`].
pub(super) async fn bind_http<S: ServerHandler + Component>(
    server: S,
    metrics: &'static ServerMetrics,
    address: impl ToSocketAddrs + Debug + Send,
    settings: HttpSettings,
) -> Result<BoundHttp, Error> {
    let sessions = CancellationToken::new();
    let config = StreamableHttpServerConfig::default()
        .with_cancellation_token(sessions.clone())
        .with_allowed_hosts(settings.hosts)
        .with_allowed_origins(settings.origins)
        .enforce_origin_validation()
        .with_max_request_body_bytes(settings.body_bytes);
    let limit = values::Limit { bytes: settings.body_bytes, values: settings.body_values };
    let limited = axum::middleware::from_fn_with_state(limit, values::limit);
    let manager = Arc::new(Sessions::new(metrics, settings.patience));
    let server = Arc::new(server);
    let handler = Arc::clone(&server);
    let service = StreamableHttpService::new(move || Ok(Arc::clone(&handler)), manager, config);
    let counted = axum::middleware::from_fn_with_state(metrics, refused::count);
    let ended = axum::middleware::from_fn(end_of_session);
    let routes = axum::Router::new().nest_service("/mcp", service).layer(limited).layer(counted).layer(ended);
    let mut exporter = Exporter::of(&server).reached_over("http", settings.presence).merge(routes);
    if let Some(path) = settings.token_file {
        exporter = exporter.token_file(path);
    }
    let bound = exporter.bind(address).await?;
    Ok(BoundHttp { bound, sessions, name: S::NAME })
}

/// Answers the end of a session with 204: the SDK answers 202, of which the Python SDK's client warns.
async fn end_of_session(request: Request, next: Next) -> Response {
    let is_delete = request.method() == Method::DELETE;
    let mut response = next.run(request).await;
    if is_delete && response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}

/// An MCP server that listens for HTTP clients and does not answer yet.
#[derive(Debug)]
pub struct BoundHttp {
    bound: Bound,
    sessions: CancellationToken,
    name: &'static str,
}

impl BoundHttp {
    /// The address, with the port that was found where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.bound.local_addr()
    }

    /// Answers until the process is told to stop (Ctrl-C, `SIGTERM`).
    ///
    /// # Errors
    ///
    /// If the process cannot receive these signals.
    pub async fn run(self) -> Result<(), Error> {
        let (told, mut signal) = (shutdown_signal(), Ok(()));
        self.run_until(async { signal = told.await }).await;
        signal
    }

    /// Answers until `stop` completes; then ends the sessions.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let address = self.local_addr();
        tracing::info!(server = self.name, "MCP on http://{address}/mcp, metrics on http://{address}/metrics");
        let sessions = self.sessions;
        self.bound
            .run_until(async move {
                stop.await;
                sessions.cancel();
            })
            .await;
    }
}
