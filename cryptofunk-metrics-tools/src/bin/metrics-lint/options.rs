use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use cryptofunk_metrics_query::LintRule;

/// Finds queries that are wrong, in Prometheus rule files and Grafana dashboards.
///
/// Rules stand in YAML or JSON: rule files, PrometheusRule and VMRule objects, lists of objects, ConfigMaps, and what mimirtool and
/// cortextool read and print. Dashboards stand in JSON of any schema, also in ConfigMaps. Other documents are skipped.
///
/// With --live, also finds what running processes expose and the catalogue does not promise of them, and the reverse.
///
/// A comment `# metrics-lint: allow CHECK: reason`, in a query or a rule, silences a check there.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 120,
    after_help = "Exit status: 0 if nothing is wrong, 1 if something is, 2 if a file cannot be read or an option is wrong."
)]
pub(crate) struct Options {
    /// Rule files and dashboards; folders with them; - for the standard input
    #[arg(required_unless_present = "live")]
    pub(crate) files: Vec<PathBuf>,
    /// What is exposed: a catalogue as `docs::System::json` of cryptofunk-metrics-tools writes it. Without it and --live only what holds for every catalogue is checked
    #[arg(long)]
    pub(crate) catalog: Option<PathBuf>,
    /// The /metrics of a running process, or a file that it was written to. Compared with the catalogue; without one, what is
    /// exposed there is the catalogue. Labels may have other values than those seen
    #[arg(long, value_name = "URL|FILE")]
    pub(crate) live: Vec<String>,
    /// How long to wait for a running process
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub(crate) live_timeout: humantime::Duration,
    /// How names of other exporters' families begin, such as node_; they pass
    #[arg(long, value_name = "PREFIX")]
    pub(crate) foreign: Vec<String>,
    /// A label that the scrape configuration gives to every target, beside job and instance
    #[arg(long, value_name = "LABEL")]
    pub(crate) target_label: Vec<String>,
    /// How often targets are scraped; ranges of queries are at least twice as long
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    pub(crate) scrape_interval: humantime::Duration,
    /// A check that is left out
    #[arg(long, value_name = "CHECK", value_parser = lint_rule)]
    pub(crate) allow: Vec<LintRule>,
    /// Name the families of the catalogue that no query asks for
    #[arg(long)]
    pub(crate) unused: bool,
    /// For people, for programs, for annotations of GitHub, or as SARIF
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Name what was skipped: queries of other data sources, documents without rules
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Leave out the summary
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Github,
    Sarif,
}

fn lint_rule(name: &str) -> Result<LintRule, String> {
    LintRule::find(name).ok_or_else(|| format!("the checks are {}", LintRule::ALL.map(LintRule::name).join(", ")))
}
