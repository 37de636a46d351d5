use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use cryptofunk_metrics_query::LintRule;

/// Finds wrong queries in Prometheus rule files and Grafana dashboards.
///
/// Reads rules in YAML or JSON: rule files, PrometheusRule and VMRule objects, lists of objects, ConfigMaps, and the formats of mimirtool and
/// cortextool. Reads dashboards in JSON of any schema, also in ConfigMaps. Skips other documents.
///
/// With --live, also compares what running processes expose with the catalogue.
///
/// A comment `# metrics-lint: allow CHECK: reason` in a query or a rule silences a check there.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 120,
    after_help = "Exit status: 0 if it finds nothing, 1 if it finds a mistake, 2 if it cannot read a file or an option is wrong."
)]
pub(crate) struct Options {
    /// Rule files, dashboards, or folders with them; - for standard input
    #[arg(required_unless_present = "live")]
    pub(crate) files: Vec<PathBuf>,
    /// The catalogue of exposed metrics, as `docs::System::json` of cryptofunk-metrics-tools writes it. Without --catalog and --live, only
    /// the checks that need no catalogue run
    #[arg(long)]
    pub(crate) catalog: Option<PathBuf>,
    /// The URL of a running process's /metrics, or a file with its text. With --catalog, the two are compared. Without, this is the
    /// catalogue, in which labels may have further values
    #[arg(long, value_name = "URL|FILE")]
    pub(crate) live: Vec<String>,
    /// How long to wait for a running process
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub(crate) live_timeout: humantime::Duration,
    /// Accept metrics of other exporters whose names begin like this, such as node_
    #[arg(long, value_name = "PREFIX")]
    pub(crate) foreign: Vec<String>,
    /// A label of every target in the scrape configuration, besides job and instance
    #[arg(long, value_name = "LABEL")]
    pub(crate) target_label: Vec<String>,
    /// The scrape interval; ranges of queries must be at least twice as long
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    pub(crate) scrape_interval: humantime::Duration,
    /// Leave out this check
    #[arg(long, value_name = "CHECK", value_parser = lint_rule)]
    pub(crate) allow: Vec<LintRule>,
    /// Name the families of the catalogue that no query uses
    #[arg(long)]
    pub(crate) unused: bool,
    /// The format of the report: for people, for programs, as annotations of GitHub, or as SARIF
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
