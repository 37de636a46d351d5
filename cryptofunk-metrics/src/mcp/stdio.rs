//! Serving an MCP server on standard input and output.
//!
//! MCP comes first: whatever happens to the metrics is told on standard error, and the session goes on.

use std::{net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use rmcp::{
    ServerHandler,
    service::{QuitReason, ServerInitializeError},
};
use tokio_util::sync::CancellationToken;

use super::{
    mounted,
    pipes::{Client, Pipes},
    server_metrics::ServerMetrics,
};
use crate::{
    component::Component,
    conventions::mcp::{ProtocolVersion, Transport},
    error::Error,
    exporter::{Exporter, Present, Running, Settings, announce, shutdown_signal},
};

/// How long the session may last once the client has closed standard input: the SDK gives calls 5 s, and answers have to be read.
const AFTER_INPUT: Duration = Duration::from_secs(6);
/// How long it may last after a signal: the SDK gives calls 2 s.
const AFTER_SIGNAL: Duration = Duration::from_secs(3);
/// How long it may last after a signal that follows the end of standard input.
const AFTER_BOTH: Duration = Duration::from_secs(1);

/// See [`McpServer::serve`](super::McpServer::serve).
pub(super) async fn serve<S: ServerHandler + Component>(
    server: S,
    metrics: &'static ServerMetrics,
) -> Result<(), Error> {
    // Before anybody can see that the process runs, and stop it.
    let told = shutdown_signal();
    let (settings, address) = Settings::for_stdio(S::PORT)?;
    let server = Arc::new(server);
    let exporter = Exporter::of(&server).settings(&settings).reached_over("stdio", Some(settings.presence));
    exporter.ready().await?;
    let (exporter, present) = match address {
        Some(address) => exported(S::NAME, exporter, address).await?,
        None => {
            announce(S::NAME, "MCP on stdio, no metrics");
            (None, exporter.unserved().start(None))
        }
    };

    let stop = CancellationToken::new();
    let (pipes, client) = Pipes::new(metrics);
    let session = std::pin::pin!(session(server, metrics, pipes, stop.clone()));
    let result = until_over(session, &client, told, &stop).await;
    let stopped = async {
        if let Some(exporter) = exporter {
            exporter.stop().await;
        }
    };
    tokio::join!(stopped, present.end(result.is_ok()));
    result
}

/// Serves the metrics at `address` or on the next free port. Nothing if the address cannot be listened on.
async fn exported(name: &str, exporter: Exporter, address: SocketAddr) -> Result<(Option<Running>, Present), Error> {
    let (bound, presence) = exporter.bind_near(address).await;
    let bound = match bound {
        Ok(bound) => bound,
        Err(error @ (Error::Listen { .. } | Error::AddressInUse { .. })) => {
            eprintln!("{name}: no metrics are served: {error}");
            return Ok((None, presence.start(None)));
        }
        Err(error) => return Err(error),
    };
    let used = bound.local_addr();
    if address.port() == 0 || used == address {
        announce(name, &format!("MCP on stdio, metrics on http://{used}/metrics"));
    } else {
        // Not a log: where nobody collects logs, it tells the user where to look.
        eprintln!("{name}: port {} is taken, metrics are on http://{used}/metrics", address.port());
    }
    Ok((Some(bound.spawn()), presence.start(Some(used))))
}

/// Waits for the end of the session: until the client or a signal ends it, and for as long after that as was promised.
async fn until_over(
    mut session: Pin<&mut impl Future<Output = Result<(), Error>>>,
    client: &Client,
    told: impl Future<Output = Result<(), Error>>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let overdue = async {
        client.has_ended_input().await;
        tokio::time::sleep(AFTER_INPUT).await;
    };
    let signal = tokio::select! {
        result = &mut session => return result,
        signal = told => signal,
        // No answer can reach this client any more.
        () = client.has_ended_output() => Ok(()),
        () = overdue => {
            tracing::warn!("the session is still open {} s after the end of its input; ending", AFTER_INPUT.as_secs());
            return Ok(());
        }
    };
    stop.cancel();
    // A host that has closed standard input and then sends a signal is about to kill.
    let patience = if client.ended_input() { AFTER_BOTH } else { AFTER_SIGNAL };
    match tokio::time::timeout(patience, session).await {
        Ok(result) => signal.and(result),
        Err(_) => {
            tracing::warn!("the session is still open {} s after the signal to stop; ending", patience.as_secs());
            signal
        }
    }
}

/// One client on standard input and output.
async fn session<S: ServerHandler>(
    server: Arc<S>,
    metrics: &'static ServerMetrics,
    pipes: Pipes,
    stop: CancellationToken,
) -> Result<(), Error> {
    let running = match rmcp::service::serve_server_with_ct(server, pipes, stop).await {
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
