//! `cryptofunk dry-run`: everything at once, with a real Prometheus and a real Alertmanager, to prove that all of it works.
//!
//! The configuration is the one that is shipped, with all durations divided by one factor (`shorten`).

mod alerts;
mod causes;
mod inbox;
mod proofs;
mod report;
mod shorten;
mod stack;
mod tested;
mod traffic;

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use cryptofunk_metrics::exporter::shutdown_signal;
use demo_servers::{TOPOLOGY, monitoring};
use report::{Format, Report};
use stack::Stack;
use tokio::time::Instant;

/// What `cryptofunk dry-run` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Print the result for people, or for programs
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Leave everything running at the end, until Ctrl-C, and print where it is
    #[arg(long)]
    keep: bool,
    /// Prove only these parts, separated by commas
    #[arg(long, value_enum, value_name = "PART,…", value_delimiter = ',')]
    only: Vec<Part>,
    /// Prove only these alerts, separated by commas
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    alert: Vec<String>,
    /// How long to wait for each condition
    #[arg(long, value_name = "DURATION", default_value = "60s")]
    patience: humantime::Duration,
    /// The folder of the project
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Every component is scraped
    Targets,
    /// Every rule is loaded and evaluates
    Rules,
    /// Every alert fires, arrives and resolves; promtool tests those that nothing here causes
    Alerts,
    /// Every family is collected and moves
    Families,
    /// Every panel has data
    Panels,
    /// The linter finds nothing in what is shipped and exposed
    Lint,
}

/// Runs everything, and fails if something is not proven.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let names: Vec<&str> = monitoring::alerts().map(|alert| alert.name).collect();
    if let Some(unknown) = options.alert.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no alert `{unknown}`; the alerts are {}", names.join(", "));
    }
    let mut report = Report::new();
    report.progress("preparing Prometheus, Alertmanager and what is installed of PostgreSQL, Redis and NATS");
    let mut stack = tokio::select! {
        stack = Stack::new(&options.root, options.patience.into()) => stack?,
        _ = shutdown_signal() => bail!("interrupted"),
    };
    let proven = tokio::select! {
        proven = prove(&options, &mut stack, &mut report) => Some(proven),
        _ = shutdown_signal() => None,
    };
    let printed = match &proven {
        Some(Ok(())) => report.print(options.format),
        _ => Ok(()),
    };
    if options.keep && proven.is_some() {
        for (name, address) in stack.addresses() {
            eprintln!("{name:<22} {address}");
        }
        eprintln!("Ctrl-C stops everything");
        shutdown_signal().await?;
    }
    report.progress("stopping");
    stack.stop().await?;
    proven.unwrap_or_else(|| bail!("interrupted"))?;
    printed?;
    match report.failures().as_slice() {
        [] => Ok(()),
        failures => bail!("not proven:\n{}", failures.join("\n")),
    }
}

async fn prove(options: &Options, stack: &mut Stack, report: &mut Report) -> anyhow::Result<()> {
    let wants = |part| options.only.is_empty() || options.only.contains(&part);
    let began = Instant::now();
    report.progress(&format!("starting {} components, Alertmanager and Prometheus", TOPOLOGY.len()));
    stack.start().await?;
    let _traffic = traffic::start(stack);
    if wants(Part::Targets) {
        proofs::targets(stack, report).await?;
    }
    if wants(Part::Rules) {
        proofs::rules(stack, report).await?;
    }
    if wants(Part::Alerts) {
        alerts::prove(stack, report, &options.alert).await?;
        tested::prove(report, &options.root, &options.alert, alerts::is_caused).await?;
    }
    if wants(Part::Families) {
        proofs::families(stack, report).await?;
    }
    if wants(Part::Panels) {
        proofs::panels(stack, report, &options.root, began).await?;
    }
    if wants(Part::Lint) {
        proofs::lint(stack, report, &options.root).await?;
    }
    Ok(())
}
