//! What was proven, line by line.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use serde_json::json;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Junit,
}

/// The lines so far.
#[derive(Debug)]
pub(super) struct Report {
    began: Instant,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    part: &'static str,
    name: String,
    outcome: Outcome,
    at: Duration,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Proven,
    Failed(String),
    Skipped(String),
}

impl Report {
    pub(super) fn new() -> Self {
        Report { began: Instant::now(), lines: Vec::new() }
    }

    /// Says what is being done.
    pub(super) fn progress(&self, what: &str) {
        eprintln!("{:>5.0} s  {what}", self.began.elapsed().as_secs_f64());
    }

    pub(super) fn add(&mut self, part: &'static str, name: impl Into<String>, outcome: Outcome) {
        let line = Line { part, name: name.into(), outcome, at: self.began.elapsed() };
        match &line.outcome {
            Outcome::Proven => {}
            Outcome::Failed(why) => self.progress(&format!("FAILED {part} {}: {why}", line.name)),
            Outcome::Skipped(why) => self.progress(&format!("skipped {part} {}: {why}", line.name)),
        }
        self.lines.push(line);
    }

    /// The lines that failed, `part name: why`.
    pub(super) fn failures(&self) -> Vec<String> {
        let failed = self.lines.iter().filter_map(|line| match &line.outcome {
            Outcome::Failed(why) => Some(format!("{} {}: {why}", line.part, line.name)),
            _ => None,
        });
        failed.collect()
    }

    /// Prints everything to standard output.
    pub(super) fn print(&self, format: Format) -> anyhow::Result<()> {
        match format {
            Format::Table => self.table(),
            Format::Json => {
                let lines: Vec<_> = self.lines.iter().map(Line::json).collect();
                println!("{:#}", json!({ "seconds": self.began.elapsed().as_secs_f64(), "lines": lines }));
            }
            Format::Junit => println!("{}", self.junit().to_string()?),
        }
        Ok(())
    }

    fn table(&self) {
        let (green, red, plain) =
            if std::io::stdout().is_terminal() { ("\x1b[32m", "\x1b[31m", "\x1b[0m") } else { ("", "", "") };
        for line in &self.lines {
            let (mark, why) = match &line.outcome {
                Outcome::Proven => (format!("{green}ok{plain}     "), String::new()),
                Outcome::Failed(why) => (format!("{red}FAILED{plain} "), format!(": {why}")),
                Outcome::Skipped(why) => ("skipped".to_owned(), format!(": {why}")),
            };
            println!("{:>4.0} s  {mark} {:<10} {}{why}", line.at.as_secs_f64(), line.part, line.name);
        }
        let count = |wanted: fn(&Outcome) -> bool| self.lines.iter().filter(|line| wanted(&line.outcome)).count();
        println!(
            "{} proven, {} failed, {} skipped in {:.0} s",
            count(|outcome| *outcome == Outcome::Proven),
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            count(|outcome| matches!(outcome, Outcome::Skipped(_))),
            self.began.elapsed().as_secs_f64()
        );
    }

    fn junit(&self) -> Junit {
        let mut report = Junit::new("cryptofunk dry-run");
        let mut parts: Vec<&str> = self.lines.iter().map(|line| line.part).collect();
        parts.dedup();
        for part in parts {
            let mut suite = TestSuite::new(part);
            for line in self.lines.iter().filter(|line| line.part == part) {
                let status = match &line.outcome {
                    Outcome::Proven => TestCaseStatus::success(),
                    Outcome::Skipped(why) => {
                        let mut status = TestCaseStatus::skipped();
                        status.set_message(why.as_str());
                        status
                    }
                    Outcome::Failed(why) => {
                        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                        status.set_message(why.as_str());
                        status
                    }
                };
                suite.add_test_case(TestCase::new(line.name.as_str(), status));
            }
            report.add_test_suite(suite);
        }
        report
    }
}

impl Line {
    fn json(&self) -> serde_json::Value {
        let (outcome, why) = match &self.outcome {
            Outcome::Proven => ("proven", None),
            Outcome::Failed(why) => ("failed", Some(why)),
            Outcome::Skipped(why) => ("skipped", Some(why)),
        };
        json!({ "part": self.part, "name": self.name, "outcome": outcome, "why": why, "at_seconds": self.at.as_secs_f64() })
    }
}
