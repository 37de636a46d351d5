//! Prometheus rule files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{Node, parse};

/// A rule whose query is to be compared with a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Where it stands, for messages: ``line 12, group `mcp`, alert `MCPServerDown` ``.
    pub place: String,
    /// The query.
    pub text: String,
    /// The query, parsed.
    pub root: Node,
    /// The labels that its templates print.
    pub printed: Vec<String>,
}

/// Something that is wrong whatever the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands; empty if the file as a whole cannot be read.
    pub place: String,
    /// What it is, and what to do.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: Vec<Group>,
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
    #[serde(rename = "labels", default)]
    _labels: BTreeMap<String, String>,
    #[serde(default)]
    rules: Vec<Written>,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    alert: Option<String>,
    record: Option<String>,
    expr: Spanned<String>,
    #[serde(rename = "for")]
    _for: Option<String>,
    #[serde(rename = "keep_firing_for")]
    _keep_firing_for: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// Reads the rules of a file.
///
/// # Errors
///
/// Everything that is wrong whatever the catalogue: no rule file, no PromQL, an alert without a comparison, a value in an alert's
/// labels, two rules of one name and labels, a recording rule that is used and not defined here.
pub fn rules(text: &str) -> Result<Vec<Rule>, Vec<Mistake>> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| {
        let text = error.to_string();
        let line = text.lines().next().unwrap_or_default();
        let message = format!("this is no rule file: {}", line.trim_start_matches("error: "));
        vec![Mistake { place: String::new(), message }]
    })?;
    let mut mistakes = Vec::new();
    let mut rules = Vec::new();
    let mut known = BTreeSet::new();
    let mut records = BTreeSet::new();
    for group in &file.groups {
        for written in &group.rules {
            let (kind, name) = match (&written.alert, &written.record) {
                (Some(alert), None) => ("alert", alert),
                (None, Some(record)) => ("record", record),
                _ => {
                    let place = format!("line {}, group `{}`", written.expr.referenced.line(), group.name);
                    mistakes.push(Mistake { place, message: "a rule is an `alert` or a `record`".to_owned() });
                    continue;
                }
            };
            let place = format!("line {}, group `{}`, {kind} `{name}`", written.expr.referenced.line(), group.name);
            let mut wrong = |message: String| mistakes.push(Mistake { place: place.clone(), message });
            if !known.insert((kind, name, &written.labels)) {
                wrong(
                    "there is another one of this name with the same labels; rename one, or tell them apart by a label"
                        .to_owned(),
                );
            }
            if kind == "record" {
                records.insert(name.as_str());
            }
            for (label, value) in &written.labels {
                if kind == "alert" && (value.contains("$value") || value.contains(".Value")) {
                    wrong(format!(
                        "the label `{label}` holds the value, so that the alert becomes another one with every change and never \
                         lasts as long as its `for`; print the value in an annotation"
                    ));
                }
            }
            let root = match parse(&written.expr.value) {
                Ok(root) => root,
                Err(reason) => {
                    wrong(format!("this is no PromQL: {}", reason.trim()));
                    continue;
                }
            };
            if kind == "alert" && !root.compares() {
                wrong("an alert without a comparison fires for every series, whatever its value; compare it, as in `… > 0`".to_owned());
            }
            let mut printed = Vec::new();
            for text in written.labels.values().chain(written.annotations.values()) {
                printed_labels(text, &mut printed);
            }
            rules.push(Rule { place, text: written.expr.value.clone(), root, printed });
        }
    }
    for Rule { place, root, .. } in &rules {
        root.each_metric(&mut |metric| {
            if metric.contains(':') && !records.contains(metric) {
                let message = format!("the recording rule `{metric}` is used, but no rule of this file records it");
                mistakes.push(Mistake { place: place.clone(), message });
            }
        });
    }
    if mistakes.is_empty() { Ok(rules) } else { Err(mistakes) }
}

/// Adds the labels that a template prints: `{{ $labels.server }}`.
fn printed_labels(template: &str, printed: &mut Vec<String>) {
    for start in ["$labels.", ".Labels."] {
        for (_, rest) in template.match_indices(start).map(|(at, found)| (at, &template[at + found.len()..])) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let label = rest[..end].to_owned();
            if !label.is_empty() && !printed.contains(&label) {
                printed.push(label);
            }
        }
    }
}

impl Node {
    /// Whether values are compared somewhere, so that some series fall out; `absent` does the same.
    fn compares(&self) -> bool {
        match self {
            Node::Selector { .. } | Node::Number | Node::Text(_) => false,
            Node::Subquery(inner) => inner.compares(),
            Node::Call { function, arguments } => {
                function.starts_with("absent") || arguments.iter().any(Node::compares)
            }
            Node::Aggregate { of, .. } => of.compares(),
            Node::Binary { operator, left, right, .. } => {
                ["==", "!=", ">", "<", ">=", "<=", "unless"].contains(&operator.as_str())
                    || left.compares()
                    || right.compares()
            }
        }
    }

    fn each_metric(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Node::Selector { metric, .. } => visit(metric),
            Node::Number | Node::Text(_) => {}
            Node::Subquery(inner) => inner.each_metric(visit),
            Node::Call { arguments, .. } => arguments.iter().for_each(|argument| argument.each_metric(visit)),
            Node::Aggregate { of, parameter, .. } => {
                of.each_metric(visit);
                if let Some(parameter) = parameter {
                    parameter.each_metric(visit);
                }
            }
            Node::Binary { left, right, .. } => {
                left.each_metric(visit);
                right.each_metric(visit);
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
        let rules = rules(text).expect("a rule file");
        assert_eq!(rules[0].place, "line 5, group `g`, record `job:up:sum`");
        assert!(rules[1].place.ends_with("group `g`, alert `Down`"));
        assert_eq!(rules[1].printed, ["job", "instance"]);
        assert!(rules[0].printed.is_empty());
    }

    fn mistakes(rule: &str) -> Vec<String> {
        let text = format!("groups:\n  - name: g\n    rules:\n{rule}");
        rules(&text).expect_err("a mistake").into_iter().map(|mistake| mistake.message).collect()
    }

    #[test]
    fn every_mistake_of_a_file_is_told() {
        let all = mistakes(
            "      - alert: A\n        expr: up\n      - alert: A\n        expr: up ==\n      - record: a:b\n        expr: c:d\n",
        );
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(mistakes("      - expr: up\n")[0].contains("an `alert` or a `record`"));
        assert!(mistakes("      - alert: A\n        exprs: up\n")[0].starts_with("this is no rule file: "));
        assert!(
            mistakes("      - alert: A\n        expr: up == 0\n        labels: {now: '{{ $value }}'}\n")[0]
                .contains("never lasts")
        );
    }
}
