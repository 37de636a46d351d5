//! `metrics-lint`: finds queries in rule files and dashboards that ask for what nothing exposes.

use std::{path::PathBuf, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::{Parser, ValueEnum};
use cryptofunk_metrics_catalog::Catalog;
use cryptofunk_metrics_query::{LintRule, Schema};
use cryptofunk_metrics_tools::lint::{
    Difference, Finding, Linter, Report, Scrape, live_catalog, read_catalog, without_series,
};

/// The longest scrape that is read.
const MOST_BYTES: u64 = 256 << 20;

/// Finds queries that are wrong, in Prometheus rule files (YAML) and Grafana dashboards (JSON).
///
/// With --live, also finds what running processes expose and the catalogue does not promise of them, and the reverse.
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
    #[arg(required_unless_present = "live")]
    files: Vec<PathBuf>,
    /// What is exposed: a catalogue as `docs::System::json` of cryptofunk-metrics-tools writes it. Without it and --live only what holds for every catalogue is checked
    #[arg(long)]
    catalog: Option<PathBuf>,
    /// The /metrics of a running process, or a file that it was written to. Compared with the catalogue; without one, what is
    /// exposed there is the catalogue, and the values seen are all that labels have
    #[arg(long, value_name = "URL|FILE")]
    live: Vec<String>,
    /// How names of other exporters' families begin, such as node_; they pass
    #[arg(long, value_name = "PREFIX")]
    foreign: Vec<String>,
    /// A label that the scrape configuration gives to every target, beside job and instance
    #[arg(long, value_name = "LABEL")]
    target_label: Vec<String>,
    /// How often targets are scraped; ranges of queries are at least twice as long
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    scrape_interval: humantime::Duration,
    /// A check that is left out
    #[arg(long, value_name = "CHECK", value_parser = lint_rule)]
    allow: Vec<LintRule>,
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

fn lint_rule(name: &str) -> Result<LintRule, String> {
    LintRule::find(name).ok_or_else(|| format!("the checks are {}", LintRule::ALL.map(LintRule::name).join(", ")))
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
    let constants = |words: &[String]| words.iter().map(|word| &*word.clone().leak()).collect::<Vec<&'static str>>();
    let mut foreign = constants(&options.foreign);
    let scrapes = options.live.iter().map(|place| scrape(place)).collect::<Result<Vec<_>, _>>()?;
    let mut differences = Vec::new();
    let catalog = match &options.catalog {
        Some(path) => {
            let declared = read_catalog(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            // What every process has beside its own families.
            let beside: Vec<&str> = foreign.iter().copied().chain(["process_", "tokio_"]).collect();
            differences.extend(scrapes.iter().flat_map(|scrape| scrape.differences(&declared, &beside)));
            declared.catalog
        }
        None if !scrapes.is_empty() => {
            // Their labels are not known yet.
            foreign.extend(constants(&without_series(&scrapes)));
            live_catalog(&scrapes)
        }
        None => {
            // Every name may be that of a family.
            foreign.push("");
            Catalog::new(&[])
        }
    };
    let schema = Schema::new(catalog)
        .with_foreign(foreign.leak())
        .with_target_labels(constants(&options.target_label).leak())
        .with_scrape_interval(options.scrape_interval.into());
    let mut files = Vec::new();
    for path in &options.files {
        files.push((path.display().to_string(), read(path)?));
    }
    let mut report = Linter::new(schema).lint(&files);
    report.findings.retain(|finding| !options.allow.contains(&finding.rule));
    if files.is_empty() {
        report.unused.clear();
    }
    match options.format {
        Format::Text => text(&report, &differences),
        Format::Json => json(&report, &differences),
        Format::Github => {
            report.findings.iter().for_each(github);
            for Difference { place, family, message } in &differences {
                println!("::error title=live::{}", escape(&format!("{place}: `{family}`: {message}")));
            }
        }
    }
    Ok(report.findings.is_empty() && differences.is_empty())
}

/// What a process exposes.
fn scrape(place: &str) -> Result<Scrape, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("cannot read {place}: {error}");
    let text = if place.contains("://") {
        ureq::get(place)
            .header("Accept", "text/plain")
            .call()
            .and_then(|mut answer| answer.body_mut().with_config().limit(MOST_BYTES).read_to_string())
            .map_err(|error| wrong(&error))?
    } else {
        std::fs::read_to_string(place).map_err(|error| wrong(&error))?
    };
    Scrape::read(place, &text).map_err(|error| error.to_string())
}

fn text(Report { findings, unused }: &Report, differences: &[Difference]) {
    let (bold, red, dim) =
        (Style::new().bold(), AnsiColor::Red.on_default().bold(), AnsiColor::BrightBlack.on_default());
    for Finding { file, line, place, rule, message } in findings {
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        let rule = rule.name();
        anstream::println!("{bold}{file}{line}{bold:#}: {red}{rule}{red:#}: {message}");
        if !place.is_empty() {
            anstream::println!("  {dim}in {place}{dim:#}");
        }
    }
    for Difference { place, family, message } in differences {
        anstream::println!("{bold}{place}{bold:#}: {red}{family}{red:#}: {message}");
    }
    if !unused.is_empty() {
        anstream::eprintln!("{dim}note: no query here asks for {}{dim:#}", unused.join(", "));
    }
}

fn json(Report { findings, unused }: &Report, differences: &[Difference]) {
    let findings: Vec<_> = findings
        .iter()
        .map(|Finding { file, line, place, rule, message }| {
            serde_json::json!({"file": file, "line": line, "place": place, "check": rule.name(), "message": message})
        })
        .collect();
    let differences: Vec<_> = differences
        .iter()
        .map(|Difference { place, family, message }| {
            serde_json::json!({"place": place, "family": family, "message": message})
        })
        .collect();
    println!("{:#}", serde_json::json!({"findings": findings, "live": differences, "unused_families": unused}));
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A workflow command that shows the finding at its line.
fn github(Finding { file, line, rule, message, .. }: &Finding) {
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let (file, title, line) = (property(file), property(rule.name()), line.unwrap_or(1));
    println!("::error file={file},line={line},title={title}::{}", escape(message));
}
