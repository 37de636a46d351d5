//! `metrics-pack`: rules, tests, dashboards and documents of the servers, agents and components of a catalogue.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use clap::Parser;
use cryptofunk_metrics_catalog::descriptor::ComponentKind;
use cryptofunk_metrics_tools::{lint::read_catalog, pack::Pack};

/// Makes monitoring of a catalogue: recording rules and alerts for Prometheus with promtool's tests, dashboards for Grafana, a runbook
/// and METRICS.md.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 120,
    after_help = "Exit status: 0 if the files are written, or are what would be written; 1 if they are not; 2 if the catalogue or an option is wrong."
)]
struct Options {
    /// A catalogue, as `docs::System::json` of cryptofunk-metrics-tools writes it
    catalog: PathBuf,
    /// The folder for the files
    #[arg(long, default_value = "monitoring")]
    to: PathBuf,
    /// What names of files, groups and dashboards begin with
    #[arg(long)]
    name: String,
    /// Write nothing; fail if a file is not what would be written
    #[arg(long)]
    check: bool,
    /// The job of MCP servers in Prometheus' configuration
    #[arg(long, value_name = "JOB", default_value = "mcp-servers")]
    server_job: String,
    /// The job of agents
    #[arg(long, value_name = "JOB", default_value = "agents")]
    agent_job: String,
    /// The job of services; without it, of each its own name
    #[arg(long, value_name = "JOB")]
    service_job: Option<String>,
    /// How many calls have to fail in a window before a share of failures is alerted on
    #[arg(long, value_name = "CALLS", default_value_t = 5)]
    few_failures: u32,
    /// From which 95th percentile on a tool is slow, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    slow_tool: f64,
    /// How many sessions each server keeps open
    #[arg(long, value_name = "SESSIONS", default_value_t = 1_000)]
    most_sessions: u32,
    /// Divide all windows and times, for tests that cannot wait for hours. Scrape as much more often
    #[arg(long, value_name = "FACTOR", default_value_t = 1)]
    windows_divided_by: u32,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(code) => code,
        Err(message) => {
            anstream::eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, String> {
    let path = options.catalog.display();
    let text = std::fs::read_to_string(&options.catalog).map_err(|error| format!("cannot read {path}: {error}"))?;
    let declared = read_catalog(&text).map_err(|error| format!("{path}: {error}"))?;
    let mut pack = Pack::new(&options.name, declared.catalog, declared.components.leak())
        .made_by(&command(options))
        .job(ComponentKind::McpServer, &options.server_job)
        .job(ComponentKind::Agent, &options.agent_job)
        .few_failures(options.few_failures)
        .slow_tool(options.slow_tool)
        .most_sessions(options.most_sessions)
        .windows_divided_by(options.windows_divided_by);
    if let Some(job) = &options.service_job {
        pack = pack.job(ComponentKind::Service, job);
    }
    let files = pack.files().map_err(|error| error.to_string())?;
    if options.check {
        return Ok(match pack.check(&options.to) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                anstream::eprintln!("{error}");
                ExitCode::FAILURE
            }
        });
    }
    let written = pack.write(&options.to).map_err(|error| error.to_string())?;
    anstream::eprintln!("{} of {} files were not so before", written.len(), files.len());
    for file in written {
        println!("{}", options.to.join(file).display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The command that makes the same files, without what is as by default.
fn command(options: &Options) -> String {
    let mut command = format!("metrics-pack {} --name {}", options.catalog.display(), options.name);
    let mut add = |option: &str, value: String, default: &str| {
        if value != default {
            let _ = write!(command, " --{option} {value}");
        }
    };
    add("to", options.to.display().to_string(), "monitoring");
    add("server-job", options.server_job.clone(), "mcp-servers");
    add("agent-job", options.agent_job.clone(), "agents");
    add("service-job", options.service_job.clone().unwrap_or_default(), "");
    add("few-failures", options.few_failures.to_string(), "5");
    add("slow-tool", options.slow_tool.to_string(), "10");
    add("most-sessions", options.most_sessions.to_string(), "1000");
    add("windows-divided-by", options.windows_divided_by.to_string(), "1");
    command
}
