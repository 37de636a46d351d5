//! Running one component.

use std::io::Read;

use anyhow::bail;
use cryptofunk_metrics::{Component, McpServer, exporter::shutdown_signal, mcp::HttpSettings};
use demo_servers::{
    agents::{
        self, Trader, arbitrage::ArbitrageAgent, orderbook::OrderBookAgent, reversion::ReversionAgent, risk::RiskAgent,
        sentiment::SentimentAgent, technical::TechnicalAgent, trend::TrendAgent,
    },
    api::{self, Api},
    market_data::MarketData,
    orchestrator::{self, Orchestrator},
    order_executor::{self, OrderExecutor},
    risk_analyzer::RiskAnalyzer,
    technical_indicators::TechnicalIndicators,
};
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

/// How a component is run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct How {
    /// Speak MCP on standard input and output, as an MCP host expects; otherwise over HTTP at /mcp. For MCP servers.
    #[arg(long)]
    stdio: bool,
    /// Stop when standard input closes, so that no component outlives the process that started it.
    #[arg(long, hide = true, conflicts_with = "stdio")]
    stop_with_stdin: bool,
}

/// A million prices as JSON: long enough to be refused by the tool, in words, rather than by the transport.
const BODY_BYTES: usize = 32 * 1024 * 1024;

/// Runs the component of this name until the process is told to stop.
pub(crate) async fn component(name: &str, how: How) -> anyhow::Result<()> {
    match name {
        MarketData::NAME => server(MarketData::from_env()?, how).await,
        TechnicalIndicators::NAME => server(TechnicalIndicators, how).await,
        RiskAnalyzer::NAME => server(RiskAnalyzer, how).await,
        OrderExecutor::NAME => {
            order_executor::expose();
            let executor = OrderExecutor::from_env().await?;
            tokio::spawn(executor.clone().watch());
            server(executor, how).await
        }
        _ if how.stdio => bail!(
            "{name} is no MCP server; `--stdio` is for market-data, technical-indicators, risk-analyzer and order-executor"
        ),
        Orchestrator::NAME => until_told(how, orchestrator::run).await,
        Api::NAME => until_told(how, api::run).await,
        TechnicalAgent::NAME => agent(TechnicalAgent::from_env()?, how).await,
        OrderBookAgent::NAME => agent(OrderBookAgent::from_env()?, how).await,
        SentimentAgent::NAME => agent(SentimentAgent::from_env()?, how).await,
        TrendAgent::NAME => agent(TrendAgent::from_env()?, how).await,
        ReversionAgent::NAME => agent(ReversionAgent::from_env()?, how).await,
        ArbitrageAgent::NAME => agent(ArbitrageAgent::from_env()?, how).await,
        RiskAgent::NAME => agent(RiskAgent::from_env()?, how).await,
        other => bail!("there is no component `{other}`"),
    }
}

async fn agent<A: Trader>(agent: A, how: How) -> anyhow::Result<()> {
    until_told(how, |stop| agents::run(agent, stop)).await
}

async fn server<S: McpServer>(server: S, how: How) -> anyhow::Result<()> {
    cryptofunk_metrics::adapters::tokio::watch();
    if how.stdio {
        return Ok(server.serve().await?);
    }
    let settings = HttpSettings::from_env()?.body_limit(BODY_BYTES);
    let bound = server.bind_http(S::address()?, settings).await?;
    until_told(how, async |stop| {
        bound.run_until(stop).await;
        Ok(())
    })
    .await
}

/// Runs something until Ctrl-C, or the end of standard input if that stops it.
async fn until_told<F>(how: How, run: impl FnOnce(BoxFuture<'static, ()>) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
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
