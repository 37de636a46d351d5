//! Serving an MCP server over streamable HTTP, on one port with its metrics or on two.

use std::{fmt::Debug, net::SocketAddr, sync::Arc};

use axum::Router;
use rmcp::ServerHandler;
use tokio::net::ToSocketAddrs;
use tokio_util::sync::CancellationToken;

use super::{service::McpService, settings::HttpSettings};
use crate::{
    component::Component,
    error::Error,
    exporter::{Bound, Exporter, announce, shutdown_signal},
    mcp::server_metrics::ServerMetrics,
};

/// See [`McpServer::bind_http`].
pub(in crate::mcp) async fn bind_http<S: ServerHandler + Component>(
    server: S,
    metrics: &'static ServerMetrics,
    address: impl ToSocketAddrs + Debug + Send,
    settings: HttpSettings,
) -> Result<BoundHttp, Error> {
    let server = Arc::new(server);
    let mut exporter = Exporter::of(&server).reached_over("http", settings.presence.clone());
    if let Some(path) = &settings.token_file {
        exporter = exporter.token_file(path);
    }
    let limits = settings.limits();
    let (port, ip, metrics_at) = (settings.port, settings.ip, settings.metrics_at);
    let service = McpService::new(server, metrics, settings).await?;
    let routes = Router::new().nest_service("/mcp", service.clone()).merge(service.metadata_routes());
    let (bound, metrics) = if let Some(metrics_at) = metrics_at {
        let metrics = exporter.bind(metrics_at).await?;
        (Bound::new(address, None, routes).await?, Some(metrics))
    } else if let Some(port) = port {
        let metrics = exporter.bind(address).await?;
        let mcp = SocketAddr::new(ip.unwrap_or(metrics.local_addr().ip()), port);
        match mcp == metrics.local_addr() {
            true => (metrics.merge(routes), None),
            false => (Bound::new(mcp, Some("MCP_PORT"), routes).await?, Some(metrics)),
        }
    } else {
        (exporter.merge_checked(routes).bind(address).await?, None)
    };
    Ok(BoundHttp { bound: bound.limits(limits), metrics, service, name: S::NAME })
}

/// An MCP server that listens for HTTP clients and does not answer yet; [`McpServer::bind_http`](crate::McpServer::bind_http) makes it.
#[derive(Debug)]
pub struct BoundHttp {
    bound: Bound,
    /// Where the metrics are, if they have an address of their own.
    metrics: Option<Bound>,
    service: McpService,
    name: &'static str,
}

impl BoundHttp {
    /// The address of `/mcp`. If port 0 was asked for, it has the port that was found.
    pub fn local_addr(&self) -> SocketAddr {
        self.bound.local_addr()
    }

    /// The address of `/metrics`, `/health` and `/`: that of `/mcp`, unless they have one of their own.
    pub fn metrics_addr(&self) -> SocketAddr {
        self.metrics.as_ref().unwrap_or(&self.bound).local_addr()
    }

    /// Answers until the process is told to stop (Ctrl-C, `SIGTERM`). Prints the addresses to standard error, or logs them if the program has
    /// a `tracing` subscriber.
    ///
    /// # Errors
    ///
    /// If the process cannot receive these signals.
    pub async fn run(self) -> Result<(), Error> {
        let (told, mut signal) = (shutdown_signal(), Ok(()));
        announce(self.name, &self.addresses());
        self.answer_until(async { signal = told.await }).await;
        signal
    }

    /// Answers until `stop` completes. Calls then have [`HttpSettings::drain_for`] to finish. The others end with an error, and sessions
    /// end.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        tracing::info!(component = self.name, "{}", self.addresses());
        self.answer_until(stop).await;
    }

    fn addresses(&self) -> String {
        format!("MCP on http://{}/mcp, metrics on http://{}/metrics", self.local_addr(), self.metrics_addr())
    }

    async fn answer_until(self, stop: impl Future<Output = ()>) {
        let service = self.service;
        let mcp = self.bound.run_until_over(stop, service.stop(), service.patience());
        let Some(metrics) = self.metrics else { return mcp.await };
        // Scrapes go on while calls finish.
        let over = CancellationToken::new();
        let metrics = metrics.run_until(over.cancelled());
        let mcp = async {
            let _over = over.clone().drop_guard();
            mcp.await;
        };
        futures_util::future::join(mcp, metrics).await;
    }
}
