//! `metrics-lint`: finds queries in rule files and dashboards that ask for what nothing exposes.

mod options;
mod output;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use cryptofunk_metrics_catalog::Catalog;
use cryptofunk_metrics_query::{LintRule, Schema};
use cryptofunk_metrics_tools::lint::{
    Finding, Input, Linter, Live, Report, Scrape, Unreadable, inputs, live_catalog, read_catalog,
};
use options::{Format, Options};

/// The longest scrape that is read.
const MOST_BYTES: u64 = 256 << 20;

/// What was found.
enum Outcome {
    Nothing,
    Something,
    /// Not every file could be read.
    Unread,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(Outcome::Nothing) => ExitCode::SUCCESS,
        Ok(Outcome::Something) => ExitCode::FAILURE,
        Ok(Outcome::Unread) => ExitCode::from(2),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<Outcome, String> {
    let constants = |words: &[String]| words.iter().map(|word| &*word.clone().leak()).collect::<Vec<&'static str>>();
    let mut foreign = constants(&options.foreign);
    let scrapes = options.live.iter().map(|place| scrape(place, options)).collect::<Result<Vec<_>, _>>()?;
    let mut differences = Vec::new();
    let catalog = match &options.catalog {
        Some(path) => {
            let declared = read_catalog(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            // What every process has beside its own families.
            let beside: Vec<&str> = foreign.iter().copied().chain(["process_", "tokio_"]).collect();
            differences.extend(scrapes.iter().flat_map(|scrape| scrape.differences(&declared, &beside)));
            foreign.extend(&declared.clashing);
            declared.catalog
        }
        None if !scrapes.is_empty() => {
            let Live { catalog, names } = live_catalog(&scrapes);
            // Their labels are not known.
            foreign.extend(names);
            catalog
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
    let (files, undecoded, unread) = files(&options.files);
    let mut report = Linter::new(schema).lint(&files);
    report.findings.extend(undecoded);
    report.findings.retain(|finding| !options.allow.contains(&finding.rule));
    if files.is_empty() {
        report.unused.clear();
    }
    match options.format {
        Format::Text => output::text(&report, &differences),
        Format::Json => output::json(&report, &differences, &unread),
        Format::Github => output::github(&report, &differences),
        Format::Sarif => output::sarif(&report, &differences, env!("CARGO_PKG_VERSION")),
    }
    notes(options, &report, &unread);
    Ok(if !unread.is_empty() {
        Outcome::Unread
    } else if report.findings.is_empty() && differences.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Something
    })
}

/// What is said on the standard error.
fn notes(options: &Options, report: &Report, unread: &[(String, String)]) {
    let dim = anstyle::AnsiColor::BrightBlack.on_default();
    for (file, why) in unread {
        anstream::eprintln!("error: cannot read {file}: {why}");
    }
    if options.verbose {
        for skipped in &report.skipped {
            anstream::eprintln!("{dim}skipped: {}:{}: {}{dim:#}", skipped.file, skipped.line, skipped.what);
        }
    }
    if options.unused && !report.unused.is_empty() {
        anstream::eprintln!("{dim}note: no query here asks for {}{dim:#}", report.unused.join(", "));
    }
    if !options.files.is_empty() && !options.quiet {
        anstream::eprintln!("{dim}{}{dim:#}", report.summary());
    }
}

/// The files that can be read, findings of those that are no text, and those that the system does not let be read.
type Files = (Vec<(String, String)>, Vec<Finding>, Vec<(String, String)>);

fn files(paths: &[PathBuf]) -> Files {
    let (mut files, mut undecoded, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for Input { name, text } in inputs(paths) {
        match text {
            Ok(text) => files.push((name, text)),
            Err(Unreadable::NoText) => undecoded.push(Finding {
                file: name,
                line: None,
                column: None,
                place: String::new(),
                rule: LintRule::Syntax,
                message: "this is no text: it is neither UTF-8 nor UTF-16".to_owned(),
                query: None,
                span: None,
            }),
            Err(Unreadable::Io(error)) => unread.push((name, error.to_string())),
        }
    }
    (files, undecoded, unread)
}

fn read(path: &PathBuf) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// What a process exposes.
fn scrape(place: &str, options: &Options) -> Result<Scrape, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("cannot read {place}: {error}");
    let text = if place.contains("://") {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(options.live_timeout.into())).build().into();
        agent
            .get(place)
            .header("Accept", "text/plain")
            .call()
            .and_then(|mut answer| answer.body_mut().with_config().limit(MOST_BYTES).read_to_string())
            .map_err(|error| wrong(&error))?
    } else {
        std::fs::read_to_string(place).map_err(|error| wrong(&error))?
    };
    Scrape::read(place, &text).map_err(|error| error.to_string())
}
