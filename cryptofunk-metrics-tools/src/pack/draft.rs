//! Rules before they are written: what fires them, what they say, what to do about them, and how they are tested.

use std::fmt::Write as _;

/// Labels, in their order.
pub(super) type Labels = Vec<(String, String)>;

/// A group of rules.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// How often it is evaluated, if not as all others.
    pub(super) interval: Option<String>,
    pub(super) records: Vec<Record>,
}

/// A recording rule.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) expr: String,
    pub(super) labels: Labels,
}

impl Record {
    pub(super) fn new(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Record { name: name.into(), expr: expr.into(), labels: Vec::new() }
    }
}

/// How soon somebody has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// It wakes somebody up.
    Critical,
    /// It is looked at in hours of work.
    Warning,
    /// It is worth knowing.
    Info,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// An alert, with all that is told about it.
#[derive(Debug)]
pub(super) struct Alert {
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    pub(super) expr: String,
    /// How long it must hold, or at once.
    pub(super) wait: Option<String>,
    /// Labels beside the severity.
    pub(super) labels: Labels,
    pub(super) summary: String,
    /// The dashboard that shows it.
    pub(super) page: Page,
    pub(super) means: String,
    pub(super) look: Vec<Look>,
    pub(super) mend: &'static str,
    pub(super) scenes: Vec<Scene>,
}

/// Something to look at: what the answer tells, and the query.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) tells: String,
    pub(super) query: String,
}

pub(super) fn look(tells: &str, query: impl Into<String>) -> Look {
    Look { tells: tells.to_owned(), query: query.into() }
}

/// A dashboard of the pack, by the end of its uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Page {
    Overview,
    Tools,
    Sessions,
    Errors,
    Objectives,
    Agents,
    Runbook,
}

impl Page {
    pub(super) fn end(self) -> &'static str {
        match self {
            Page::Overview => "overview",
            Page::Tools => "tools",
            Page::Sessions => "sessions",
            Page::Errors => "errors",
            Page::Objectives => "slo",
            Page::Agents => "agents",
            Page::Runbook => "runbook",
        }
    }
}

/// A case of promtool.
#[derive(Debug)]
pub(super) struct Scene {
    /// What happens, after the alert's name: `fires when a server does not answer`.
    pub(super) title: String,
    /// Series with their values, in promtool's notation.
    pub(super) series: Vec<(String, String)>,
    /// Seconds from the first value until the alert is asked for.
    pub(super) at: u64,
    /// The labels of the alert, and its summary; nothing if it does not fire.
    pub(super) fires: Option<(Labels, String)>,
}

pub(super) fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A text in quotes, as YAML and PromQL read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A series in promtool's notation.
pub(super) fn series(family: &str, labels: &[(&str, &str)]) -> String {
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    format!("{family}{{{}}}", labels.join(","))
}

/// A rule file that begins with these comments.
pub(super) fn rule_file(
    head: &str,
    groups: &[Group],
    alerts: &Group,
    drafts: &[Alert],
    address: impl Fn(Page) -> String,
) -> String {
    let mut text = format!("{head}groups:\n");
    for group in groups.iter().filter(|group| !group.records.is_empty()) {
        begin(&mut text, group);
        for Record { name, expr, labels } in &group.records {
            let _ = writeln!(text, "      - record: {name}");
            block(&mut text, expr);
            write_labels(&mut text, labels);
        }
        text.push('\n');
    }
    begin(&mut text, alerts);
    for alert in drafts {
        let _ = writeln!(text, "      - alert: {}", alert.name);
        block(&mut text, &alert.expr);
        if let Some(wait) = &alert.wait {
            let _ = writeln!(text, "        for: {wait}");
        }
        write_labels(&mut text, &all_labels(alert));
        let _ = writeln!(text, "        annotations:\n          summary: {}", quoted(&alert.summary));
        let _ = writeln!(text, "          dashboard: {}", address(alert.page));
        let _ = writeln!(text, "          runbook: {}", address(Page::Runbook));
    }
    text
}

/// The labels that a rule adds.
pub(super) fn all_labels(alert: &Alert) -> Labels {
    let mut all = labels(&[("severity", alert.severity.name())]);
    all.extend(alert.labels.iter().cloned());
    all
}

fn begin(text: &mut String, Group { name, interval, .. }: &Group) {
    let _ = writeln!(text, "  - name: {name}");
    if let Some(interval) = interval {
        let _ = writeln!(text, "    interval: {interval}");
    }
    text.push_str("    rules:\n");
}

fn block(text: &mut String, expr: &str) {
    if !expr.contains('\n') && !expr.contains(": ") && !expr.contains(" #") {
        let _ = writeln!(text, "        expr: {expr}");
        return;
    }
    text.push_str("        expr: |\n");
    for line in expr.lines() {
        let _ = writeln!(text, "          {line}");
    }
}

fn write_labels(text: &mut String, labels: &Labels) {
    if labels.is_empty() {
        return;
    }
    text.push_str("        labels:\n");
    for (name, value) in labels {
        let _ = writeln!(text, "          {name}: {}", quoted(value));
    }
}
