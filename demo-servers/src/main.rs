//! `cryptofunk`: the components of the demo, one by one or all at once.

mod dry_run;
mod generate;
mod health;
mod up;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use demo_servers::{How, TOPOLOGY, redacted, run_component};
use tracing_subscriber::EnvFilter;

const ENVIRONMENT: &str = "\
Environment:
  METRICS_BIND          IP address that a component listens on (default 127.0.0.1)
  METRICS_PORT          port of a single component (default: its own; 0 takes a free one; off: none, with --stdio)
  METRICS_TOKEN_FILE    file with a bearer token that /metrics and / ask for
  METRICS_DISCOVERY_DIR folder for Prometheus' file_sd_configs, in which each process registers
  METRICS_PUSH_URL      Pushgateway that every process pushes to (see the rustdoc of cryptofunk_metrics::push)
  MCP_PORT              port of MCP over HTTP, apart from that of /metrics and /health (default: the same)
  MCP_TOKEN_FILE        file with a bearer token that MCP over HTTP asks for
  MCP_ALLOWED_HOSTS     further Host names for MCP, the bus and the API over HTTP, separated by commas
  MCP_ALLOWED_ORIGINS   further web origins for them, separated by commas
  MARKET_DATA_URL, …    where another component is, by its name (default: this machine)
  PORT_OFFSET           number added to the other components' ports (default 0)
  DATABASE_URL          sqlite://FILE or postgres://… (default: a file in cryptofunk-data)
  DATABASE_URL_FILE     file with that URL, when it holds a password
  REDIS_URL             cache of market data (default: in the process)
  NATS_URL              messages between components (default: the orchestrator passes them on)
  NATS_URL_FILE         file with that URL, when it holds a password
  LLM_BASE_URL          endpoint that speaks OpenAI's format (default: a local lexicon reads the headlines)
  LLM_API_KEY_FILE      file with its key
  LLM_MODEL             model to use (default gpt-4o-mini)
  API_TOKEN_FILE        file with the bearer token that calls need to change something: /pause, /bus, orders, sessions.
                        Without it, nothing can change over HTTP. `up` makes one: api-token, beside the trades
  MARKET_SEED           seed of the simulated market (default 1)
  MARKET_TICK           how long one of its minutes takes (default 1s)
  MARKET_EPOCH          when it opened, in milliseconds since 1970 (default: from its clock file, else now)
  MARKET_CLOCK_FILE     file that keeps its clock over restarts (default: market-clock in cryptofunk-data)
  RUN_ID                id of the orchestrator's trading session (default: the active one, else a new one)
  REPEATABLE            true: every tick has a round that waits for every agent (default false)
  RUST_LOG              what to log to standard error (default info)";

fn cli() -> Command {
    let up = up::Options::augment_args(Command::new("up"))
        .about("Starts every component, each as a process of its own, until Ctrl-C");
    let components = TOPOLOGY.iter().map(|component| {
        let about = format!("The {} on port {}: {}", component.kind.words(), component.port, component.description);
        How::augment_args(Command::new(component.name)).about(about)
    });
    Command::new("cryptofunk")
        .about("CryptoFunk: an AI trading system on paper money, with Prometheus metrics in every part")
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(120)
        .after_help(ENVIRONMENT)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(up)
        .subcommand(
            dry_run::Options::augment_args(Command::new("dry-run"))
                .about("Proves the monitoring with a real Prometheus and Alertmanager: scrapes, dashboards, alerts"),
        )
        .subcommand(
            health::Options::augment_args(Command::new("health"))
                .about("Checks the health of a component on this machine, for health checks of containers"),
        )
        .subcommand(
            generate::Options::augment_args(Command::new("generate"))
                .about("Writes all generated files: documents, dashboards, deployment files"),
        )
        .subcommand(generate::Options::augment_args(Command::new("docs")).about("Writes the generated documents"))
        .subcommand(generate::Format::augment_args(Command::new("catalog")).about("Prints the catalogue of metrics"))
        .subcommands(components)
}

/// Standard error, for lines whose URLs may hold passwords.
struct WithoutPasswords;

impl Write for WithoutPasswords {
    /// A line is written at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(redacted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

fn main() -> ExitCode {
    let matches = cli().get_matches();
    // Standard output belongs to MCP.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,rmcp=warn,async_nats=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| WithoutPasswords)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", redacted(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    match matches.subcommand() {
        Some(("generate", matches)) => return generate::generate(&generate::Options::from_arg_matches(matches)?, ""),
        Some(("docs", matches)) => return generate::generate(&generate::Options::from_arg_matches(matches)?, "docs/"),
        Some(("catalog", matches)) => {
            generate::catalog(&generate::Format::from_arg_matches(matches)?);
            return Ok(());
        }
        _ => {}
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let result = runtime.block_on(async {
        match matches.subcommand() {
            Some(("up", matches)) => up::run(up::Options::from_arg_matches(matches)?).await,
            Some(("dry-run", matches)) => dry_run::run(dry_run::Options::from_arg_matches(matches)?).await,
            Some(("health", matches)) => health::run(health::Options::from_arg_matches(matches)?).await,
            Some((name, matches)) => run_component(name, How::from_arg_matches(matches)?).await,
            None => Ok(()),
        }
    });
    // A tool that is still calculating does not hold up the end.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}
