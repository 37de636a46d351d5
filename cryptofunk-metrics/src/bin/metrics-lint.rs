//! `metrics-lint`: finds queries in rule files and dashboards that ask for what nothing exposes.

use std::{path::PathBuf, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::{Parser, ValueEnum};
use cryptofunk_metrics::{
    Catalog,
    lint::{Finding, Linter, Report, read_catalog},
    query::Check,
};

/// Finds queries that are wrong, in Prometheus rule files (YAML) and Grafana dashboards (JSON).
///
/// A comment `# metrics-lint: allow CHECK`, in a query or a rule, silences a check there.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 120,
    after_help = "Exit status: 0 if nothing is wrong, 1 if something is, 2 if a file cannot be read or an option is wrong."
)]
struct Options {
    /// Rule files and dashboards
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What is exposed, as `cryptofunk catalog` prints it. Without it only what holds for every catalogue is checked
    #[arg(long)]
    catalog: Option<PathBuf>,
    /// How names of other exporters' families begin, such as node_; they pass
    #[arg(long, value_name = "PREFIX")]
    foreign: Vec<String>,
    /// A label that the scrape configuration gives to every target, beside job and instance
    #[arg(long, value_name = "LABEL")]
    target_label: Vec<String>,
    /// A check that is left out
    #[arg(long, value_name = "CHECK", value_parser = check)]
    allow: Vec<Check>,
    /// For people, for programs, or for annotations of GitHub
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Github,
}

fn check(name: &str) -> Result<Check, String> {
    Check::find(name).ok_or_else(|| format!("the checks are {}", Check::ALL.map(Check::name).join(", ")))
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing is wrong.
fn run(options: &Options) -> Result<bool, String> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let catalog = match &options.catalog {
        Some(path) => read_catalog(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?,
        None => Catalog::new(&[]),
    };
    let constants = |words: &[String]| words.iter().map(|word| &*word.clone().leak()).collect::<Vec<&'static str>>();
    let mut foreign = constants(&options.foreign);
    if options.catalog.is_none() {
        // Every name may be that of a family.
        foreign.push("");
    }
    let catalog = catalog.with_foreign(foreign.leak()).with_target_labels(constants(&options.target_label).leak());
    let mut files = Vec::new();
    for path in &options.files {
        files.push((path.display().to_string(), read(path)?));
    }
    let mut report = Linter::new(catalog).lint(&files);
    report.findings.retain(|finding| !options.allow.contains(&finding.check));
    match options.format {
        Format::Text => text(&report),
        Format::Json => json(&report),
        Format::Github => report.findings.iter().for_each(github),
    }
    Ok(report.findings.is_empty())
}

fn text(Report { findings, unused }: &Report) {
    let (bold, red, dim) =
        (Style::new().bold(), AnsiColor::Red.on_default().bold(), AnsiColor::BrightBlack.on_default());
    for Finding { file, line, place, check, message } in findings {
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        let check = check.name();
        anstream::println!("{bold}{file}{line}{bold:#}: {red}{check}{red:#}: {message}");
        if !place.is_empty() {
            anstream::println!("  {dim}in {place}{dim:#}");
        }
    }
    if !unused.is_empty() {
        anstream::eprintln!("{dim}note: no query here asks for {}{dim:#}", unused.join(", "));
    }
}

fn json(Report { findings, unused }: &Report) {
    let findings: Vec<_> = findings
        .iter()
        .map(|Finding { file, line, place, check, message }| {
            serde_json::json!({"file": file, "line": line, "place": place, "check": check.name(), "message": message})
        })
        .collect();
    println!("{:#}", serde_json::json!({"findings": findings, "unused_families": unused}));
}

/// A workflow command that shows the finding at its line.
fn github(Finding { file, line, check, message, .. }: &Finding) {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let (file, title, line) = (property(file), property(check.name()), line.unwrap_or(1));
    println!("::error file={file},line={line},title={title}::{}", escape(message));
}
