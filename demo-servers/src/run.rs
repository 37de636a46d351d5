//! Running one component.

use std::io::Read;

use cryptofunk_metrics::{McpServer, exporter::shutdown_signal, mcp::HttpSettings};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use tokio_util::sync::CancellationToken;

use crate::{
    agents::{self, Trader},
    numbers::MAX_LENGTH,
    orchestrator::Orchestrator,
    settings,
};

/// How a component is run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct How {
    /// Speak MCP on standard input and output, as an MCP host expects; otherwise over HTTP at /mcp. For MCP servers.
    #[arg(long)]
    pub(crate) stdio: bool,
    /// Stop when standard input closes, so that no component outlives the process that started it.
    #[arg(long, hide = true, conflicts_with = "stdio")]
    stop_with_stdin: bool,
}

/// A component at work.
pub(crate) type Running = LocalBoxFuture<'static, anyhow::Result<()>>;

/// What a call may send: the bars of an ADX of the greatest length, and as much again to be refused in the words of the tool.
const BODY: (usize, usize) = (16 * 1024 * 1024, 6 * MAX_LENGTH);

/// Runs an agent of this machine's orchestrator, or of the one that the environment names.
pub(crate) fn agent<A: Trader, E: Into<anyhow::Error> + 'static>(how: How, make: fn() -> Result<A, E>) -> Running {
    until_told(how, async move |stop| {
        agents::run(make().map_err(Into::into)?, settings::url_of::<Orchestrator>()?, stop).await
    })
}

/// Runs an MCP server.
pub(crate) fn server<S: McpServer>(how: How, make: impl Future<Output = anyhow::Result<S>> + 'static) -> Running {
    Box::pin(async move { serve(how, make.await?).await })
}

/// Runs an MCP server that has something to do when nobody calls it any more.
pub(crate) fn server_that_ends<S: McpServer + Clone>(
    how: How,
    make: impl Future<Output = anyhow::Result<S>> + 'static,
    end: impl AsyncFnOnce(S) + 'static,
) -> Running {
    Box::pin(async move {
        let server = make.await?;
        let served = serve(how, server.clone()).await;
        end(server).await;
        served
    })
}

/// Serves MCP as it is told: on standard input and output, or over HTTP.
async fn serve<S: McpServer>(how: How, server: S) -> anyhow::Result<()> {
    cryptofunk_metrics::adapters::tokio::watch();
    if how.stdio {
        return Ok(server.serve().await?);
    }
    let mut settings = HttpSettings::from_env()?.refuse_local_pages().body_limit(BODY.0).value_limit(BODY.1);
    if let Some(ip) = settings::bind_address()? {
        // The other components call it by this.
        settings = settings.allow_host(ip.to_string());
    }
    let bound = server.bind_http(S::address()?, settings).await?;
    until_told(how, async |stop| {
        bound.run_until(stop).await;
        Ok(())
    })
    .await
}

/// Runs something until Ctrl-C, or the end of standard input if that stops it.
pub(crate) fn until_told<F>(how: How, run: impl FnOnce(BoxFuture<'static, ()>) -> F + 'static) -> Running
where
    F: Future<Output = anyhow::Result<()>> + 'static,
{
    Box::pin(async move {
        let told = CancellationToken::new();
        let mut running = std::pin::pin!(run(Box::pin(told.clone().cancelled_owned())));
        let signal = tokio::select! {
            ended = &mut running => return ended,
            signal = shutdown_signal() => signal,
            () = stdin_closed(), if how.stop_with_stdin => Ok(()),
        };
        told.cancel();
        running.await?;
        Ok(signal?)
    })
}

/// Completes when standard input is closed.
async fn stdin_closed() {
    let (closed, wait) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: the runtime would wait for a read on its pool.
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut buffer = [0; 64];
        while matches!(stdin.read(&mut buffer), Ok(n) if n > 0) {}
        drop(closed);
    });
    let _ = wait.await;
}
