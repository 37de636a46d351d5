//! Serving an MCP server over streamable HTTP.

use std::{fmt::Debug, net::SocketAddr, sync::Arc};

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

use super::{refused, sessions::Sessions, settings::HttpSettings};
use crate::{
    component::Component,
    error::Error,
    exporter::{Bound, Exporter, shutdown_signal},
    mcp::server_metrics::ServerMetrics,
};

/// See [`McpServer::bind_http`].
pub(in crate::mcp) async fn bind_http<S: ServerHandler + Component>(
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
    let manager = Arc::new(Sessions::new(metrics, settings.patience));
    let server = Arc::new(server);
    let handler = Arc::clone(&server);
    let service = StreamableHttpService::new(move || Ok(Arc::clone(&handler)), manager, config);
    let counted = axum::middleware::from_fn_with_state(metrics, refused::count);
    let ended = axum::middleware::from_fn(end_of_session);
    let routes = axum::Router::new().nest_service("/mcp", service).layer(counted).layer(ended);
    let exporter = match settings.token_file {
        Some(path) => Exporter::of(&server).token_file(path),
        None => Exporter::of(&server),
    };
    let bound = exporter.merge(routes).bind(address).await?;
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
        let mut signal = Ok(());
        self.run_until(async { signal = shutdown_signal().await }).await;
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
