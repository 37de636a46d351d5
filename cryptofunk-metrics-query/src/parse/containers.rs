//! What the documents of a file are: rule files, objects and lists of objects that hold them, dashboards, or none of these.

use std::rc::Rc;

use crate::parse::{
    located::Origin,
    rule_fields::{OF_RULE, OF_VMALERT_RULE, is_field_of_group},
    template::Dialect,
    yaml::{Yaml, YamlError, documents},
};

/// How deep objects are followed into each other.
const DEEPEST: usize = 8;

/// A dashboard inside an object of Kubernetes, as a text.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// The key that it stands under.
    pub name: String,
    /// The JSON.
    pub text: String,
    /// Where it begins in the file.
    pub origin: Origin,
}

/// A document that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line that it begins at.
    pub line: u64,
    /// What it is.
    pub what: String,
}

/// A text with documents: a file, or one inside of an object.
pub(super) struct Source {
    pub(super) text: Rc<str>,
    pub(super) origin: Origin,
}

/// A part of a document with groups of rules.
pub(super) struct Groups {
    pub(super) groups: Rc<Yaml>,
    /// Which of the sources it stands in.
    pub(super) source: usize,
    pub(super) dialect: Dialect,
}

/// What was found in a file.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) sources: Vec<Source>,
    pub(super) groups: Vec<Groups>,
    pub(super) dashboards: Vec<Embedded>,
    pub(super) skipped: Vec<Skipped>,
    /// What cannot be read, with its line and column.
    pub(super) wrong: Vec<(u64, u64, String)>,
    /// Whether Helm makes the file of this text.
    is_helm: bool,
}

/// The keys of a rule file beside `groups`, of Mimir's and Cortex' tools.
const BESIDE_GROUPS: &[&str] = &["groups", "namespace"];

impl Contents {
    pub(super) fn read(text: &str) -> Self {
        let of_helm = [".Values.", "{{ include ", "{{- include ", ".Release.", "{{- if ", "{{- with ", "{{- end"];
        let is_helm = of_helm.iter().any(|word| text.contains(word)) && !text.trim_start().starts_with("groups:");
        let mut contents = Contents { is_helm, ..Contents::default() };
        let (documents, errors) = documents(text);
        let source = contents.add_source(text, Origin::default());
        for document in &documents {
            contents.document(document, source, 0);
        }
        for YamlError { line, column, message } in errors {
            if is_helm {
                contents.skip(source, line, "a template of Helm");
                break;
            }
            contents.wrong.push((line, column, format!("this is no YAML: {message}")));
        }
        contents
    }

    fn dialect(&self) -> Dialect {
        if self.is_helm { Dialect::Helm } else { Dialect::Prometheus }
    }

    fn add_source(&mut self, text: &str, origin: Origin) -> usize {
        self.sources.push(Source { text: text.into(), origin });
        self.sources.len() - 1
    }

    fn skip(&mut self, source: usize, line: u64, what: impl Into<String>) {
        let (line, _) = self.sources[source].origin.place(line, 1);
        self.skipped.push(Skipped { line, what: what.into() });
    }

    fn tell(&mut self, source: usize, at: &Yaml, message: String) {
        let (line, column) = self.sources[source].origin.place(at.line, at.column);
        self.wrong.push((line, column, message));
    }

    fn document(&mut self, document: &Rc<Yaml>, source: usize, depth: usize) {
        if document.is_null() || depth > DEEPEST {
            return;
        }
        let Some(entries) = document.entries() else {
            return self.no_mapping(document, source);
        };
        if entries.is_empty() {
            return;
        }
        if let Some(kind) = document.get("kind").and_then(|kind| kind.text()) {
            return self.object(kind, document, source, depth);
        }
        if document.get("groups").is_some() {
            return self.rule_file(document, source);
        }
        let namespaces = || entries.iter().map(|(_, groups)| groups);
        if namespaces().all(|groups| {
            groups.list().is_some_and(|groups| !groups.is_empty() && groups.iter().all(|group| is_group(group)))
        }) {
            // As `mimirtool rules print` and the API of rulers answer them: by namespace.
            for groups in namespaces() {
                self.groups.push(Groups { groups: groups.clone(), source, dialect: self.dialect() });
            }
            return;
        }
        if let Some((key, _)) = entries.iter().find(|(_, value)| holds_rules(value)) {
            let name = key.text().unwrap_or_default();
            let message = format!(
                "this is no rule file: `{name}` holds rules, but they belong into `groups`, each with a `name` and `rules`"
            );
            return self.tell(source, key, message);
        }
        let before = self.groups.len();
        self.values(document, source, depth);
        if self.groups.len() == before {
            self.skip(source, document.line, "no rule file: it has no `groups`");
        }
    }

    /// Rule files that stand inside of another, such as the values of a chart.
    fn values(&mut self, values: &Yaml, source: usize, depth: usize) {
        for (key, value) in values.entries().unwrap_or_default() {
            match value.list() {
                Some(groups) if key.text() == Some("groups") && groups.iter().any(|group| is_group(group)) => {
                    self.groups.push(Groups { groups: value.clone(), source, dialect: self.dialect() });
                }
                None if depth < DEEPEST => self.values(value, source, depth + 1),
                _ => {}
            }
        }
    }

    fn no_mapping(&mut self, document: &Rc<Yaml>, source: usize) {
        if document.list().is_some_and(|list| list.iter().any(|element| is_group(element) || is_rule(element))) {
            let message = "this is no rule file: its list belongs into `groups`".to_owned();
            return self.tell(source, document, message);
        }
        self.skip(source, document.line, format!("no rule file: it is {}", document.describe()));
    }

    /// A rule file as Prometheus reads it.
    fn rule_file(&mut self, document: &Rc<Yaml>, source: usize) {
        let Some(groups) = document.get("groups") else { return };
        let is_grafana = groups.list().is_some_and(|groups| {
            groups.iter().any(|group| {
                let queries = |rule: &Rc<Yaml>| rule.get("data").is_some_and(|data| data.list().is_some());
                group.get("rules").and_then(|rules| rules.list()).is_some_and(|rules| rules.iter().any(queries))
            })
        });
        if is_grafana {
            return self.skip(source, document.line, "alert rules of Grafana");
        }
        let elements = groups.list().unwrap_or_default();
        let is_other = |group: &Rc<Yaml>| {
            let entries = group.entries().unwrap_or_default();
            let is_known = |key: &Yaml| key.text().is_some_and(is_field_of_group);
            entries.iter().any(|(key, _)| !is_known(key))
                && !entries.iter().any(|(key, value)| key.text() == Some("rules") || holds_rules(value))
        };
        if !elements.is_empty() && elements.iter().all(is_other) {
            return self.skip(source, document.line, "no rule file: its groups have no `rules`");
        }
        for (key, _) in document.entries().into_iter().flatten() {
            if let Some(name) = key.text().filter(|name| !BESIDE_GROUPS.contains(name)) {
                self.tell(source, key, format!("this is no rule file: it has no field `{name}`"));
            }
        }
        self.groups.push(Groups { groups: groups.clone(), source, dialect: self.dialect() });
    }

    /// An object of Kubernetes.
    fn object(&mut self, kind: &str, object: &Rc<Yaml>, source: usize, depth: usize) {
        let groups = || object.get("spec").and_then(|spec| spec.get("groups"));
        match kind {
            // Those of Prometheus' and VictoriaMetrics' operators, and of Google's.
            "PrometheusRule" | "VMRule" | "Rules" | "ClusterRules" | "GlobalRules" => {
                let dialect = if kind == "VMRule" { Dialect::Vmalert } else { self.dialect() };
                match groups() {
                    Some(groups) => self.groups.push(Groups { groups: groups.clone(), source, dialect }),
                    None if object.get("spec").is_some_and(|spec| spec.entries().is_none() && !spec.is_null()) => {
                        self.tell(source, object, format!("this is no {kind}: its `spec` is no mapping"));
                    }
                    None => {}
                }
            }
            "ConfigMap" | "Secret" => {
                let data = ["data", "stringData"].iter().filter_map(|key| object.get(key)?.entries());
                let is_text = kind == "ConfigMap";
                let before = self.groups.len() + self.dashboards.len() + self.wrong.len();
                for (key, value) in data.flatten().filter(|_| is_text || object.get("stringData").is_some()) {
                    self.file_inside(key, value, source, depth);
                }
                if before == self.groups.len() + self.dashboards.len() + self.wrong.len() {
                    self.skip(source, object.line, format!("a {kind} without rules"));
                }
            }
            "GrafanaDashboard" => match object.get("spec").and_then(|spec| spec.get("json")) {
                Some(json) => self.dashboard(object.get("metadata").and_then(|of| of.get("name")), json, source),
                None => self.skip(source, object.line, "a GrafanaDashboard without `json`"),
            },
            "Dashboard" => {
                // It may be written as YAML, which the reader of dashboards does not read.
                self.skip(source, object.line, "a Dashboard as YAML");
            }
            _ if kind.ends_with("List") && object.get("items").is_some_and(|items| items.list().is_some()) => {
                let items = object.get("items").and_then(|items| items.list()).unwrap_or_default();
                for item in items {
                    match item.get("kind") {
                        // Lists of one kind may leave it out.
                        None if kind == "PrometheusRuleList" => self.object("PrometheusRule", item, source, depth + 1),
                        _ => self.document(item, source, depth + 1),
                    }
                }
            }
            _ if groups().is_some_and(|groups| {
                groups.list().is_some_and(|groups| groups.iter().any(|group| is_group(group)))
            }) =>
            {
                self.skip(source, object.line, format!("a {kind}, whose queries may be no PromQL"));
            }
            _ => self.skip(source, object.line, format!("a {kind}")),
        }
    }

    /// A file that an object holds as a text.
    fn file_inside(&mut self, key: &Yaml, value: &Yaml, source: usize, depth: usize) {
        let (Some(name), Some(text)) = (key.text(), value.text()) else { return };
        let first = text.trim_start();
        if name.to_ascii_lowercase().ends_with(".json") && first.starts_with('{') && !text.contains("\"groups\"") {
            return self.dashboard_text(name, value, text, source);
        }
        if !text.contains("groups") {
            return;
        }
        let (documents, errors) = documents(text);
        let holds = documents.iter().any(|document| document.get("groups").is_some() || document.get("kind").is_some());
        if !holds && !first.starts_with("groups:") {
            return;
        }
        let inside = self.add_source(text, value.inside(self.sources[source].origin));
        for document in &documents {
            self.document(document, inside, depth + 1);
        }
        for YamlError { line, column, message } in errors {
            let (line, column) = self.sources[inside].origin.place(line, column);
            self.wrong.push((line, column, format!("`{name}` is no YAML: {message}")));
        }
    }

    fn dashboard(&mut self, name: Option<&Rc<Yaml>>, json: &Yaml, source: usize) {
        if let Some(text) = json.text() {
            self.dashboard_text(name.and_then(|name| name.text()).unwrap_or_default(), json, text, source);
        }
    }

    fn dashboard_text(&mut self, name: &str, value: &Yaml, text: &str, source: usize) {
        let origin = value.inside(self.sources[source].origin);
        self.dashboards.push(Embedded { name: name.to_owned(), text: text.to_owned(), origin });
    }
}

fn is_group(part: &Yaml) -> bool {
    part.get("name").is_some() && part.get("rules").is_some()
}

/// Whether it is a rule, and not one of another tool, which has other fields too.
fn is_rule(part: &Yaml) -> bool {
    let is_known = |key: &Yaml| key.text().is_some_and(|key| OF_RULE.contains(&key) || OF_VMALERT_RULE.contains(&key));
    part.get("expr").is_some()
        && (part.get("alert").is_some() || part.get("record").is_some())
        && part.entries().is_some_and(|entries| entries.iter().all(|(key, _)| is_known(key)))
}

/// Whether it is a list of groups, or of rules.
fn holds_rules(part: &Yaml) -> bool {
    part.list().is_some_and(|list| list.iter().any(|element| is_group(element) || is_rule(element)))
}
