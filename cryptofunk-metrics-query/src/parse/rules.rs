//! Prometheus rule files, and the objects that hold them for the Prometheus operator.

use std::collections::BTreeMap;

use bumpalo::Bump;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{
    checks::{Defined, alert_without_comparison, value_in_label},
    lint_rule::LintRule,
    node::Tree,
    parse::{promql::parse_printed, silence::allowed},
};

/// What a rule file says.
#[derive(Debug, Clone, Default)]
pub struct RuleFile<'a> {
    /// The rules whose queries can be read.
    pub rules: Vec<Rule<'a>>,
    /// What is wrong whatever the catalogue.
    pub mistakes: Vec<Mistake>,
}

/// A rule whose query is to be compared with a catalogue.
#[derive(Debug, Clone)]
pub struct Rule<'a> {
    /// What it is.
    pub kind: RuleKind,
    /// The alert's name, or that of the series that it records.
    pub name: String,
    /// The group that it stands in.
    pub group: String,
    /// The line of its query.
    pub line: u64,
    /// The query.
    pub text: String,
    /// The query, parsed.
    pub tree: Tree<'a>,
    /// How long an alert's query must answer before it fires; empty if that is at once.
    pub wait: String,
    /// The labels that it adds.
    pub labels: BTreeMap<String, String>,
    /// The annotations of an alert.
    pub annotations: BTreeMap<String, String>,
    /// The labels that its templates print.
    pub printed: Vec<String>,
    /// The checks that a comment silences here.
    pub allowed: Vec<LintRule>,
}

/// What a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// It alerts.
    Alert,
    /// It records series.
    Record,
}

impl RuleKind {
    /// The key of the rule file.
    pub const fn name(self) -> &'static str {
        match self {
            RuleKind::Alert => "alert",
            RuleKind::Record => "record",
        }
    }
}

impl Rule<'_> {
    /// What it stands in and is, for messages: ``group `mcp`, alert `MCPServerDown` ``.
    pub fn place(&self) -> String {
        place(&self.group, self.kind, &self.name)
    }
}

fn place(group: &str, kind: RuleKind, name: &str) -> String {
    format!("group `{group}`, {} `{name}`", kind.name())
}

/// Something that is wrong whatever the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of mistake.
    pub rule: LintRule,
    /// The line, if it is known.
    pub line: Option<u64>,
    /// What it stands in, for messages; empty if the file as a whole cannot be read.
    pub place: String,
    /// What it is, and what to do.
    pub message: String,
}

/// An object of the Prometheus operator.
#[derive(Deserialize)]
struct Object {
    spec: File,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    // Nothing may stand where a list may: `groups:`.
    groups: Option<Vec<Group>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(rename = "interval")]
    _interval: Option<String>,
    #[serde(rename = "limit")]
    _limit: Option<u64>,
    #[serde(rename = "query_offset")]
    _query_offset: Option<String>,
    /// Of Thanos.
    #[serde(rename = "partial_response_strategy")]
    _partial_response_strategy: Option<String>,
    #[serde(rename = "labels", default)]
    _labels: BTreeMap<String, String>,
    rules: Option<Vec<Spanned<Written>>>,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    alert: Option<String>,
    record: Option<String>,
    expr: Spanned<String>,
    #[serde(rename = "for")]
    wait: Option<String>,
    #[serde(rename = "keep_firing_for")]
    _keep_firing_for: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// Reads the rules of a file: every mistake is told. Of several documents in one file, objects of other kinds are passed over.
///
/// A comment `# metrics-lint: allow CHECK` in a rule, or on the lines right above it, silences a check there.
pub fn rules<'a>(arena: &'a Bump, text: &str) -> RuleFile<'a> {
    let documents = documents(text);
    let mut files: Vec<File> = Vec::new();
    for document in &documents {
        let kind = document.lines().find_map(|line| line.strip_prefix("kind:")).map(str::trim);
        let file = match kind {
            Some("PrometheusRule") => serde_saphyr::from_str(document).map(|object: Object| object.spec),
            Some(_) if documents.len() > 1 => continue,
            _ => serde_saphyr::from_str(document),
        };
        match file {
            Ok(file) => files.push(file),
            Err(error) => {
                let told = error.to_string();
                let told = told.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let message = format!("this is no rule file: {told}");
                let line = error.location().map(|location| location.line());
                let mistake = Mistake { rule: LintRule::Syntax, line, place: String::new(), message };
                return RuleFile { rules: Vec::new(), mistakes: vec![mistake] };
            }
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    // A rule's text begins with the comments right above it, and ends where the next one's begins.
    let start = |rule: &Spanned<Written>| {
        let mut line = (rule.referenced.line() as usize).saturating_sub(1).min(lines.len());
        while line > 0 && lines[line - 1].trim_start().starts_with('#') {
            line -= 1;
        }
        line
    };
    let mut reader = Reader { arena, defined: Defined::default(), file: RuleFile::default() };
    let groups = files.iter().flat_map(|file| file.groups.iter().flatten());
    let mut written =
        groups.flat_map(|group| group.rules.iter().flatten().map(|rule| (group.name.as_str(), rule))).peekable();
    while let Some((group, rule)) = written.next() {
        let end = written.peek().map_or(lines.len(), |(_, next)| start(next).max(start(rule)));
        reader.rule(group, &rule.value, &lines[start(rule)..end].join("\n"));
    }
    reader.file
}

/// The documents of a file. Empty lines stand before each for those of the others, so that lines have their numbers.
fn documents(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for (number, line) in text.lines().enumerate() {
        match (documents.last_mut(), line.trim_end() == "---") {
            // What stands before a first `---` is a document if it says something.
            (Some(last), true) if last.lines().all(|line| line.is_empty() || line.starts_with('#')) => last.push('\n'),
            (Some(last), false) => *last += &format!("{line}\n"),
            _ => documents.push("\n".repeat(number + 1)),
        }
    }
    documents
}

struct Reader<'a, 'f> {
    arena: &'a Bump,
    defined: Defined<'f>,
    file: RuleFile<'a>,
}

impl<'f> Reader<'_, 'f> {
    fn rule(&mut self, group: &str, written: &'f Written, text: &str) {
        let line = written.expr.referenced.line();
        let (kind, name) = match (&written.alert, &written.record) {
            (Some(alert), None) => (RuleKind::Alert, alert),
            (None, Some(record)) => (RuleKind::Record, record),
            _ => {
                let place = format!("group `{group}`");
                let message = "a rule is an `alert` or a `record`".to_owned();
                self.file.mistakes.push(Mistake { rule: LintRule::Syntax, line: Some(line), place, message });
                return;
            }
        };
        let mistakes = &mut self.file.mistakes;
        let wrong = |rule, message| Mistake { rule, line: Some(line), place: place(group, kind, name), message };
        let allowed = allowed(text).unwrap_or_else(|message| {
            mistakes.push(wrong(LintRule::Syntax, message));
            Vec::new()
        });
        let mut tell = |rule, message| {
            if !allowed.contains(&rule) {
                mistakes.push(wrong(rule, message));
            }
        };
        if let Some(message) = self.defined.duplicate_rule(kind.name(), name, &written.labels) {
            tell(LintRule::DuplicateRule, message);
        }
        if kind == RuleKind::Alert {
            for message in written.labels.iter().filter_map(|(label, value)| value_in_label(label, value)) {
                tell(LintRule::ValueInLabel, message);
            }
        }
        let mut printed = Vec::new();
        for text in written.labels.values().chain(written.annotations.values()) {
            printed_labels(text, &mut printed);
        }
        let tree = match parse_printed(self.arena, &written.expr.value, &printed) {
            Ok(tree) => tree,
            Err(reason) => {
                tell(LintRule::Syntax, format!("this is no PromQL: {reason}"));
                return;
            }
        };
        if kind == RuleKind::Alert
            && let Some(message) = alert_without_comparison(tree.root)
        {
            tell(LintRule::AlertWithoutComparison, message);
        }
        self.file.rules.push(Rule {
            kind,
            name: name.clone(),
            group: group.to_owned(),
            line,
            text: written.expr.value.clone(),
            tree,
            wait: written.wait.clone().unwrap_or_default(),
            labels: written.labels.clone(),
            annotations: written.annotations.clone(),
            printed,
            allowed,
        });
    }
}

/// Adds the labels that a template prints: `{{ $labels.server }}`.
fn printed_labels(template: &str, printed: &mut Vec<String>) {
    for start in ["$labels.", ".Labels."] {
        for (at, found) in template.match_indices(start) {
            let rest = &template[at + found.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let label = rest[..end].to_owned();
            if !label.is_empty() && !printed.contains(&label) {
                printed.push(label);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_with_their_lines() {
        let text = "groups:\n  - name: g\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n      - alert: Down\n        expr: |\n          job:up:sum\n            < 1\n        for: 1m\n        labels: {severity: page}\n        annotations:\n          summary: '{{ $labels.job }} has {{ $value }}, {{ .Labels.instance }}'\n";
        let arena = Bump::new();
        let file = rules(&arena, text);
        assert_eq!(file.mistakes, []);
        assert_eq!((file.rules[0].line, file.rules[0].place()), (5, "group `g`, record `job:up:sum`".to_owned()));
        assert_eq!(file.rules[1].place(), "group `g`, alert `Down`");
        assert_eq!(file.rules[1].printed, ["job", "instance"]);
        assert_eq!((file.rules[1].wait.as_str(), &file.rules[1].labels["severity"][..]), ("1m", "page"));
        assert!(file.rules[0].printed.is_empty());
    }

    #[test]
    fn objects_of_the_operator_hold_rules() {
        let text = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n  - name: g\n    rules:\n    - record: a:b\n      expr: 1\n      labels: {a: 1, b: true}\n";
        let arena = Bump::new();
        let file = rules(&arena, text);
        assert_eq!(file.mistakes, []);
        assert_eq!(file.rules[0].labels["b"], "true");
    }

    #[test]
    fn a_file_may_hold_several_documents() {
        let rule = |name: &str| {
            format!(
                "kind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    rules:\n    - record: {name}\n      expr: 1\n"
            )
        };
        let text = format!("# Two.\n---\n{}---\nkind: Service\nspec: {{ports: []}}\n---\n{}", rule("a:b"), rule("a:c"));
        let arena = Bump::new();
        let file = rules(&arena, &text);
        assert_eq!(file.mistakes, []);
        let found: Vec<_> = file.rules.iter().map(|rule| (rule.name.as_str(), rule.line)).collect();
        assert_eq!(found, [("a:b", 9), ("a:c", 20)]);
    }

    #[test]
    fn lists_may_be_empty() {
        for text in ["", "groups:\n", "groups:\n  - name: g\n", "groups:\n  - name: g\n    rules:\n"] {
            assert_eq!(rules(&Bump::new(), text).mistakes, [], "{text}");
        }
    }

    fn mistakes(rule: &str) -> Vec<Mistake> {
        rules(&Bump::new(), &format!("groups:\n  - name: g\n    rules:\n{rule}")).mistakes
    }

    #[test]
    fn every_mistake_of_a_file_is_told() {
        let all = mistakes("      - alert: A\n        expr: up\n      - alert: A\n        expr: up ==\n");
        let checks: Vec<LintRule> = all.iter().map(|mistake| mistake.rule).collect();
        assert_eq!(checks, [LintRule::AlertWithoutComparison, LintRule::DuplicateRule, LintRule::Syntax]);
        assert!(mistakes("      - expr: up\n")[0].message.contains("an `alert` or a `record`"));
        let unread = &mistakes("      - alert: A\n        exprs: up\n")[0];
        assert!(unread.message.starts_with("this is no rule file: "));
        assert_eq!(unread.line, Some(5));
        assert!(
            mistakes("      - alert: A\n        expr: up == 0\n        labels: {now: '{{ $value }}'}\n")[0]
                .message
                .contains("never lasts")
        );
    }

    #[test]
    fn a_comment_silences_the_rule_that_it_stands_in_or_above() {
        let first = "      - alert: A\n        expr: up\n";
        let second = "      - alert: B\n        expr: up\n";
        let comment = "      # metrics-lint: allow alert-without-comparison\n";
        let places = |text: &str| mistakes(text).into_iter().map(|mistake| mistake.place).collect::<Vec<_>>();
        assert!(places(&format!("{comment}{first}{second}"))[0].ends_with("`B`"));
        assert!(places(&format!("{first}{comment}{second}"))[0].ends_with("`A`"));
        assert!(places(&format!("      - alert: A\n  {comment}        expr: up\n{second}"))[0].ends_with("`B`"));
        let unknown = mistakes(&format!("      # metrics-lint: allow all\n{first}"));
        assert!(unknown[0].message.contains("names no check"));
    }
}
