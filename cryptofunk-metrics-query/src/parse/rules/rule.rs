//! One rule of a file.

use std::{collections::BTreeMap, rc::Rc};

use bumpalo::Bump;

use crate::{
    checks::{Defined, value_in_label},
    lint_rule::LintRule,
    node::Tree,
    parse::{
        containers::Skipped,
        grafana::{has_variable_in_code, is_broken_off},
        located::{Located, Origin},
        metricsql::is_metricsql,
        promql::parse_printed,
        rule_fields::{OF_RULE, OF_VMALERT_RULE, is_duration, is_metric_name},
        rules::{
            alike,
            file::{Mistake, Rule, RuleFile, RuleKind, TemplateQuery, place},
            written::{Teller, Written, labels, texts},
        },
        silence::allowed,
        syntax_error::SyntaxError,
        template::{self, Dialect},
        yaml::{Kind, Yaml},
    },
};

/// Where a rule stands.
pub(super) struct Surroundings<'f> {
    /// The text of its documents.
    pub(super) text: &'f str,
    pub(super) origin: Origin,
    /// Its lines, with the comments above it.
    pub(super) lines: &'f [&'f str],
}

pub(super) fn read<'a>(
    arena: &'a Bump,
    written: &Written,
    surroundings: &Surroundings<'_>,
    defined: &mut Defined,
    file: &mut RuleFile<'a>,
) {
    let (rule, group) = (&written.rule, &written.group.name);
    let mut told = Vec::new();
    let mut teller = Teller { mistakes: &mut told, origin: surroundings.origin };
    let is_lenient = written.group.dialect.is_lenient();
    let silenced = lines_allowed(surroundings.lines);
    let Some((kind, name)) = head(rule, group, is_lenient, &mut teller) else {
        keep(told, silenced.as_deref().unwrap_or_default(), file);
        return;
    };
    let place = place(group, kind, name);
    let silenced = silenced.unwrap_or_else(|message| {
        teller.tell(rule, &place, message);
        Vec::new()
    });
    fields(rule, kind, name, &place, is_lenient, &mut teller);
    let mut reader = Reader {
        arena,
        place: &place,
        surroundings,
        dialect: written.group.dialect,
        told: Vec::new(),
        printed: Vec::new(),
        inner: Vec::new(),
        skipped: Vec::new(),
    };
    if kind == RuleKind::Alert {
        reader.templates(rule);
    }
    let own = rule.get("labels").map(|labels| texts(labels)).unwrap_or_default();
    let read = reader.judged(rule, (kind, name), &own, defined);
    let Reader { told: more, printed, inner, skipped, .. } = reader;
    told.extend(more);
    keep(told, &silenced, file);
    file.skipped.extend(skipped);
    let Some((line, located, tree)) = read else { return };
    let mut labels = written.group.labels.clone();
    labels.extend(own);
    file.rules.push(Rule {
        kind,
        name: name.to_owned(),
        group: group.clone(),
        line,
        text: located.text().to_owned(),
        located,
        tree,
        wait: rule
            .get("for")
            .filter(|wait| !wait.is_null())
            .and_then(|wait| wait.text())
            .unwrap_or_default()
            .to_owned(),
        labels,
        annotations: rule.get("annotations").map(|annotations| texts(annotations)).unwrap_or_default(),
        printed,
        inner,
        allowed: silenced,
    });
}

fn keep(told: Vec<Mistake>, silenced: &[LintRule], file: &mut RuleFile<'_>) {
    file.mistakes.extend(told.into_iter().filter(|mistake| !silenced.contains(&mistake.rule)));
}

fn lines_allowed(lines: &[&str]) -> Result<Vec<LintRule>, String> {
    let mut all = Vec::new();
    for line in lines {
        all.extend(allowed(line)?);
    }
    Ok(all)
}

/// What a rule is, and its name.
fn head<'y>(rule: &'y Rc<Yaml>, group: &str, is_lenient: bool, teller: &mut Teller<'_>) -> Option<(RuleKind, &'y str)> {
    let place = format!("group `{group}`");
    let Kind::Map { entries, twice } = &rule.kind else {
        teller.tell(rule, &place, format!("a rule is a mapping, not {}", rule.describe()));
        return None;
    };
    let text = |key: &str| rule.get(key).and_then(|name| name.text()).filter(|name| !name.is_empty());
    let (kind, name) = match (text("alert"), text("record")) {
        (Some(alert), None) => (RuleKind::Alert, alert),
        (None, Some(record)) => (RuleKind::Record, record),
        (Some(_), Some(_)) => {
            teller.tell(rule, &place, "a rule is an `alert` or a `record`, not both".to_owned());
            return None;
        }
        (None, None) => {
            let message = match rule.get("alert").or(rule.get("record")) {
                Some(_) => "a rule is an `alert` or a `record`; this one's name is empty",
                None => "a rule is an `alert` or a `record`",
            };
            teller.tell(rule, &place, message.to_owned());
            return None;
        }
    };
    let place = self::place(group, kind, name);
    if let Some(key) = twice {
        teller.tell(key, &place, format!("the field `{}` stands in the rule twice", key.text().unwrap_or_default()));
    }
    for (key, _) in entries {
        let name = key.text().unwrap_or_default();
        let is_known = OF_RULE.contains(&name) || (is_lenient && OF_VMALERT_RULE.contains(&name));
        if !is_known {
            teller.tell(key, &place, format!("a rule has no field `{name}`; its fields are {}", OF_RULE.join(", ")));
        }
    }
    Some((kind, name))
}

/// Tells what is wrong with the fields beside the query.
fn fields(rule: &Yaml, kind: RuleKind, name: &str, place: &str, is_lenient: bool, teller: &mut Teller<'_>) {
    for key in ["for", "keep_firing_for"] {
        let Some(value) = rule.get(key).filter(|value| !value.is_null()) else { continue };
        let text = value.text().unwrap_or_else(|| value.describe());
        if !is_duration(text) && !is_lenient {
            teller.tell(value, place, format!("`{key}: {text}` is no duration, as `5m` or `1h30m` are"));
        } else if kind == RuleKind::Record && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
            teller.tell(value, place, format!("a recording rule has no `{key}`; only an alert waits"));
        }
    }
    for key in ["labels", "annotations"] {
        let Some(value) = rule.get(key) else { continue };
        if kind == RuleKind::Record
            && key == "annotations"
            && value.entries().is_some_and(|entries| !entries.is_empty())
        {
            teller.tell(value, place, "a recording rule has no `annotations`".to_owned());
        }
        labels(value, key, place, teller);
    }
    if kind == RuleKind::Record && !is_metric_name(name) {
        let message =
            format!("`{name}` is no name of a metric: it has letters, digits, `_` and `:`, and begins with no digit");
        let at = rule.get("record").map_or(rule, |at| at);
        teller.tell(at, place, message);
    }
}

/// Whether a query has a stage of LogQL behind its selector.
fn is_logql(text: &str) -> bool {
    const STAGES: &[&str] = &[
        "json",
        "logfmt",
        "pattern",
        "regexp",
        "unwrap",
        "unpack",
        "line_format",
        "label_format",
        "decolorize",
        "drop",
        "keep",
    ];
    text.match_indices('|').any(|(at, _)| {
        let (before, after) = (text[..at].trim_end(), &text[at + 1..]);
        let is_behind = before.ends_with(['}', '"', '`']) || before.ends_with(|c: char| c.is_alphanumeric());
        let is_filter = after.starts_with(['=', '~', '>']) && after[1..].trim_start().starts_with(['"', '`']);
        is_behind && (is_filter || STAGES.iter().any(|stage| after.trim_start().starts_with(stage)))
    })
}

struct Reader<'a, 'f> {
    arena: &'a Bump,
    place: &'f str,
    surroundings: &'f Surroundings<'f>,
    dialect: Dialect,
    told: Vec<Mistake>,
    printed: Vec<String>,
    inner: Vec<TemplateQuery<'a>>,
    skipped: Vec<Skipped>,
}

impl<'a> Reader<'a, '_> {
    fn tell_of(&mut self, located: &Located, line: u64, error: SyntaxError) {
        let SyntaxError { rule, message, span } = error;
        let (line, place, query) = (Some(line), self.place.to_owned(), Some(located.clone()));
        self.told.push(Mistake { rule, line, column: None, place, message, query, span });
    }

    fn tell_at(&mut self, located: &Located, at: usize, rule: LintRule, message: String) {
        let (line, column) = located.position(at);
        let place = self.place.to_owned();
        self.told.push(Mistake {
            rule,
            line: Some(line),
            column: Some(column),
            place,
            message,
            query: None,
            span: None,
        });
    }

    /// The query with the line of its key, if it can be read; what is wrong with it whatever the catalogue is told.
    fn judged(
        &mut self,
        rule: &Yaml,
        (kind, name): (RuleKind, &str),
        labels: &BTreeMap<String, String>,
        defined: &mut Defined,
    ) -> Option<(u64, Located, Tree<'a>)> {
        let (line, located) = self.written_query(rule)?;
        let mut duplicate = |reader: &mut Self, series| {
            if let Some(message) = defined.duplicate_rule(kind.name(), name, labels, series) {
                let rule = LintRule::DuplicateRule;
                reader.tell_of(&located, line, SyntaxError { rule, message, span: None });
            }
        };
        if kind == RuleKind::Alert {
            duplicate(self, String::new());
        }
        let tree = self.parsed(line, &located)?;
        if kind == RuleKind::Record {
            duplicate(self, alike::series(&tree, located.text()));
        }
        Some((line, located, tree))
    }

    /// The query, and the line of its key.
    fn written_query(&mut self, rule: &Yaml) -> Option<(u64, Located)> {
        let origin = self.surroundings.origin;
        let Some((key, expr)) = rule.entry("expr") else {
            Teller { mistakes: &mut self.told, origin }.tell(rule, self.place, "the rule has no `expr`".to_owned());
            return None;
        };
        let (line, _) = origin.place(key.line, key.column);
        let located = expr.located(self.surroundings.text, origin).filter(|located| !located.text().trim().is_empty());
        if located.is_none() {
            let message = "`expr` is a query; there is none".to_owned();
            Teller { mistakes: &mut self.told, origin }.tell(expr, self.place, message);
        }
        located.map(|located| (line, located))
    }

    fn parsed(&mut self, line: u64, located: &Located) -> Option<Tree<'a>> {
        let text = located.text();
        let error = match parse_printed(self.arena, text, &self.printed) {
            Ok(_) if has_variable_in_code(text) => {
                SyntaxError::whole("a variable of a dashboard stands in it, which Prometheus does not know")
            }
            Ok(tree) => return Some(tree),
            Err(error) => error,
        };
        let other = match self.dialect {
            Dialect::Helm => Some("a query that Helm has yet to make"),
            // Loki reads files of the same form.
            Dialect::Prometheus if is_logql(text) => Some("a query of logs"),
            _ if is_broken_off(text) => None,
            Dialect::Vmalert => Some("a query that is no PromQL, but may be MetricsQL"),
            Dialect::Prometheus => is_metricsql(text).then_some("a query of MetricsQL"),
        };
        match other {
            Some(other) => self.skipped.push(Skipped { line, what: format!("{other}, in {}", self.place) }),
            None => self.tell_of(located, line, error.after("this is no PromQL")),
        }
        None
    }

    /// What the labels and annotations of an alert print.
    fn templates(&mut self, rule: &Yaml) {
        for (key, kind) in [("labels", "label"), ("annotations", "annotation")] {
            for (name, value) in rule.get(key).and_then(|labels| labels.entries()).unwrap_or_default() {
                let located = value.located(self.surroundings.text, self.surroundings.origin);
                if let (Some(name), Some(located)) = (name.text(), located) {
                    self.template(kind, name, &located);
                }
            }
        }
    }

    fn template(&mut self, kind: &str, name: &str, located: &Located) {
        let template = match template::parse(located.text(), self.dialect) {
            Ok(template) => template,
            Err(_) if self.dialect == Dialect::Helm => return,
            Err((at, reason)) => {
                let message = format!("the template of the {kind} `{name}` cannot be read: {reason}");
                return self.tell_at(located, at, LintRule::Syntax, message);
            }
        };
        let printed = template::printed(&template);
        if kind == "label"
            && printed.value
            && let Some(message) = value_in_label(name, located.text())
        {
            self.tell_at(located, 0, LintRule::ValueInLabel, message);
        }
        for label in printed.labels {
            if !self.printed.contains(&label) {
                self.printed.push(label);
            }
        }
        for query in printed.queries {
            let instead = (!query.is_plain).then(|| query.text.clone());
            let located = located.part(query.at, query.at + query.len, instead);
            match parse_printed(self.arena, &query.text, &query.labels) {
                Ok(tree) => {
                    let place = format!("{}, {kind} `{name}`", self.place);
                    self.inner.push(TemplateQuery { place, located, tree, printed: query.labels });
                }
                Err(error) if query.is_plain && !self.dialect.is_lenient() => {
                    let (line, _) = located.start();
                    self.tell_of(
                        &located,
                        line,
                        error.after(&format!("the query of the {kind} `{name}` is no PromQL")),
                    );
                }
                Err(_) => {}
            }
        }
    }
}
