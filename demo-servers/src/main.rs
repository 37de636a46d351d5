//! `cryptofunk`: the components of the demo, one by one or all at once.

mod up;

use std::{io::IsTerminal, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand};
use cryptofunk_metrics::{McpServer, mcp::HttpSettings};
use demo_servers::{risk_analyzer::RiskAnalyzer, technical_indicators::TechnicalIndicators};
use tracing_subscriber::EnvFilter;

/// CryptoFunk: an AI trading system on paper money, with Prometheus metrics in every part.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = ENVIRONMENT)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const ENVIRONMENT: &str = "\
Environment:
  METRICS_BIND          IP address to listen on (default 127.0.0.1)
  METRICS_PORT          port of a single component (default: its own; 0 takes a free one)
  METRICS_TOKEN_FILE    file with a bearer token that /metrics and / ask for
  MCP_ALLOWED_HOSTS     further Host names for MCP over HTTP, with commas between
  MCP_ALLOWED_ORIGINS   further web origins for MCP over HTTP, with commas between
  RUST_LOG              what to log to standard error (default info)";

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts every component, each as a process of its own, until Ctrl-C.
    Up(up::Options),
    /// MCP server with technical indicators: RSI, MACD, Bollinger bands, EMA, ADX (port 9202).
    TechnicalIndicators(Serve),
    /// MCP server for portfolio risk: value at risk, limits, position sizing (port 9203).
    RiskAnalyzer(Serve),
}

#[derive(Debug, Clone, clap::Args)]
struct Serve {
    /// Speak MCP on standard input and output, as an MCP host expects; otherwise over HTTP at /mcp.
    #[arg(long)]
    stdio: bool,
    /// Stop when standard input closes, so that no component outlives the process that started it.
    #[arg(long, hide = true, conflicts_with = "stdio")]
    stop_with_stdin: bool,
}

/// A million prices as JSON: long enough to be refused by the tool, in words, rather than by the transport.
const BODY_BYTES: usize = 32 * 1024 * 1024;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Standard output belongs to MCP.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,rmcp=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let result = runtime.block_on(async {
        match cli.command {
            Command::Up(options) => up::run(options).await,
            Command::TechnicalIndicators(how) => serve(TechnicalIndicators, how).await,
            Command::RiskAnalyzer(how) => serve(RiskAnalyzer, how).await,
        }
    });
    // A tool that is still calculating does not hold up the end.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve<S: McpServer>(server: S, how: Serve) -> anyhow::Result<()> {
    if how.stdio {
        return Ok(server.serve().await?);
    }
    let settings = HttpSettings::from_env()?.body_limit(BODY_BYTES);
    let bound = server.bind_http(S::address()?, settings).await?;
    if how.stop_with_stdin {
        let mut signal = Ok(());
        let stop = async {
            tokio::select! {
                result = cryptofunk_metrics::exporter::shutdown_signal() => signal = result,
                () = up::stdin_closed() => {}
            }
        };
        bound.run_until(stop).await;
        signal?;
    } else {
        bound.run().await?;
    }
    Ok(())
}
