//! Serving an MCP server on standard input and output.

use std::sync::Arc;

use rmcp::{
    ServerHandler,
    service::{QuitReason, ServerInitializeError},
};
use tokio_util::sync::CancellationToken;

use super::{mounted, server_metrics::ServerMetrics, stdin::Stdin};
use crate::{
    component::Component,
    conventions::mcp::{ProtocolVersion, Transport},
    error::Error,
    exporter::{Exporter, Settings, shutdown_signal},
};

/// See [`McpServer::serve`].
pub(super) async fn stdio<S: ServerHandler + Component>(
    server: S,
    metrics: &'static ServerMetrics,
) -> Result<(), Error> {
    let settings = Settings::from_env(S::PORT)?;
    let server = Arc::new(server);
    let exporter = exporter(&server, settings.token_file).bind(settings.address).await?.spawn();
    tracing::info!(server = S::NAME, "MCP on stdio, metrics on http://{}/metrics", exporter.local_addr());

    let stop = CancellationToken::new();
    let session = session(server, metrics, stop.clone());
    let mut session = std::pin::pin!(session);
    let result = tokio::select! {
        result = &mut session => result,
        signal = shutdown_signal() => {
            stop.cancel();
            signal.and(session.await)
        }
    };
    exporter.stop().await;
    result
}

/// One client on standard input and output.
async fn session<S: ServerHandler>(
    server: Arc<S>,
    metrics: &'static ServerMetrics,
    stop: CancellationToken,
) -> Result<(), Error> {
    let transport = (Stdin::new(), tokio::io::stdout());
    let running = match rmcp::service::serve_server_with_ct(server, transport, stop).await {
        Ok(running) => running,
        // A client that goes away before it has said anything is no mistake of ours.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => return Ok(()),
        Err(error) => return Err(Error::Session(error.to_string())),
    };
    // A client that has sent `initialize` has opened its session with it.
    let has_opened = running.peer().peer_info().is_some();
    let session = (!has_opened).then(|| metrics.session_opened(Transport::Stdio, ProtocolVersion::Other));
    let ended = running.waiting().await;
    drop(session);
    mounted::end_those_over();
    match ended {
        Ok(QuitReason::JoinError(error)) | Err(error) => Err(Error::Session(error.to_string())),
        Ok(_) => Ok(()),
    }
}

fn exporter<S: Component + Send + Sync + 'static>(server: &Arc<S>, token_file: Option<std::path::PathBuf>) -> Exporter {
    let exporter = Exporter::of(server);
    match token_file {
        Some(path) => exporter.token_file(path),
        None => exporter,
    }
}
