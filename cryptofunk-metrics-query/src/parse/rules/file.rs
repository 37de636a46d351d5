//! What a rule file says.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    lint_rule::LintRule,
    node::Tree,
    parse::{
        containers::{Embedded, Skipped},
        located::Located,
    },
};

/// The content of a rule file.
#[derive(Debug, Clone, Default)]
pub struct RuleFile<'a> {
    /// The rules whose queries can be read.
    pub rules: Vec<Rule<'a>>,
    /// The mistakes that need no catalogue.
    pub mistakes: Vec<Mistake>,
    /// The dashboards in Kubernetes objects of the file.
    pub dashboards: Vec<Embedded>,
    /// The documents without rules for Prometheus.
    pub skipped: Vec<Skipped>,
}

/// A rule whose query was parsed. [`query_findings`](crate::query_findings) compares it with a catalogue.
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
    /// The query, with its place in the file.
    pub located: Located,
    /// The query, parsed.
    pub tree: Tree<'a>,
    /// The `for` of an alert. Empty if it fires at once.
    pub wait: String,
    /// The labels that it adds, those of its group included.
    pub labels: BTreeMap<String, String>,
    /// The annotations of an alert.
    pub annotations: BTreeMap<String, String>,
    /// The labels that its templates print.
    pub printed: Vec<String>,
    /// The queries in its templates.
    pub inner: Vec<TemplateQuery<'a>>,
    /// The checks that a comment silences here.
    pub allowed: Vec<LintRule>,
}

/// A query of a template.
#[derive(Debug, Clone)]
pub struct TemplateQuery<'a> {
    /// What it stands in, for messages: ``annotation `summary` ``.
    pub place: String,
    /// The query, with its place in the file.
    pub located: Located,
    /// The query, parsed.
    pub tree: Tree<'a>,
    /// The labels of its series that the template prints.
    pub printed: Vec<String>,
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

pub(super) fn place(group: &str, kind: RuleKind, name: &str) -> String {
    format!("group `{group}`, {} `{name}`", kind.name())
}

/// A mistake that needs no catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of mistake.
    pub rule: LintRule,
    /// The line, if it is known.
    pub line: Option<u64>,
    /// The column, if it is known.
    pub column: Option<u64>,
    /// What it stands in, for messages; empty if the file as a whole cannot be read.
    pub place: String,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The query that it stands in.
    pub query: Option<Located>,
    /// Where in the query, in bytes, if that is known.
    pub span: Option<Range<usize>>,
}
