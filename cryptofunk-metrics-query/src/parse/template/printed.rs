//! What a template prints: labels of the alert's series or of its own queries, and the value.

use std::collections::BTreeMap;

use crate::parse::template::syntax::{Keyword, Part, Pipe, Template, Term, TermKind};

/// How deep templates that use each other are followed.
const DEEPEST: usize = 8;

/// What a template prints.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Printed {
    /// The labels of the alert's series.
    pub(crate) labels: Vec<String>,
    /// Whether it prints the alert's value.
    pub(crate) value: bool,
    /// The queries that it makes.
    pub(crate) queries: Vec<InnerQuery>,
}

/// A query of a template.
#[derive(Debug, PartialEq)]
pub(crate) struct InnerQuery {
    pub(crate) text: String,
    /// Where its string stands in the template.
    pub(crate) at: usize,
    /// Whether it is written there as it reads.
    pub(crate) is_plain: bool,
    /// How long it is written.
    pub(crate) len: usize,
    /// The labels of its series that are printed.
    pub(crate) labels: Vec<String>,
}

/// What a template prints; `None` stands for the alert's series, a number for a query.
pub(crate) fn printed(template: &Template) -> Printed {
    let mut reader = Reader { template, printed: Printed::default(), guarded: Vec::new(), depth: 0 };
    let mut variables = BTreeMap::new();
    variables.insert("$".to_owned(), Value::Alert);
    variables.insert("$labels".to_owned(), Value::Labels(Source::Alert));
    variables.insert("$value".to_owned(), Value::Number);
    reader.list(&template.parts, &Value::Alert, &mut variables);
    reader.printed
}

/// Whose labels they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Alert,
    Query(usize),
}

/// What a term stands for.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    /// `.`, with `.Labels` and `.Value`.
    Alert,
    Labels(Source),
    /// What a query answers.
    Samples(usize),
    /// One series of it.
    Sample(usize),
    /// The alert's value.
    Number,
    /// Texts made of labels, and of the value.
    Made {
        labels: Vec<(Source, String)>,
        value: bool,
    },
    /// A string of the template.
    Text {
        value: String,
        at: usize,
        is_plain: bool,
        len: usize,
    },
    Other,
}

type Variables = BTreeMap<String, Value>;

struct Reader<'t> {
    template: &'t Template,
    printed: Printed,
    /// The labels that an `if` or `with` around has asked for.
    guarded: Vec<(Source, String)>,
    depth: usize,
}

impl Reader<'_> {
    fn list(&mut self, parts: &[Part], dot: &Value, variables: &mut Variables) {
        for part in parts {
            match part {
                Part::Print(pipe) => {
                    let value = self.pipe(pipe, dot, variables);
                    if pipe.variables.is_empty() {
                        self.print(&value);
                    }
                }
                Part::Block { keyword, pipe, then, otherwise } => {
                    self.block(*keyword, pipe, [then, otherwise], dot, variables);
                }
                Part::Use { name, pipe } => {
                    let dot = pipe.as_ref().map_or(Value::Other, |pipe| self.pipe(pipe, dot, variables));
                    let template = self.template;
                    if let Some((_, parts)) = template.defined.iter().rev().find(|(known, _)| known == name)
                        && self.depth < DEEPEST
                    {
                        self.depth += 1;
                        self.list(parts, &dot, &mut Variables::from([("$".to_owned(), dot.clone())]));
                        self.depth -= 1;
                    }
                }
            }
        }
    }

    fn block(
        &mut self,
        keyword: Keyword,
        pipe: &Pipe,
        [then, otherwise]: [&Vec<Part>; 2],
        dot: &Value,
        variables: &mut Variables,
    ) {
        let mut inner = variables.clone();
        let value = self.pipe(pipe, dot, &mut inner);
        let known = self.guarded.len();
        let asked = self.asked(pipe, dot, &inner);
        self.guarded.extend(asked);
        if let Value::Made { labels, .. } = &value {
            self.guarded.extend(labels.iter().cloned());
        }
        let dot_inside = match (keyword, &value) {
            (Keyword::If, _) => dot.clone(),
            (Keyword::With, value) => value.clone(),
            (Keyword::Range, Value::Samples(query)) => Value::Sample(*query),
            (Keyword::Range, _) => Value::Other,
        };
        if keyword == Keyword::Range
            && let Some(last) = pipe.variables.last()
        {
            if let [index, _] = &pipe.variables[..] {
                inner.insert(index.clone(), Value::Other);
            }
            inner.insert(last.clone(), dot_inside.clone());
        }
        let mut changed = inner.clone();
        self.list(then, &dot_inside, &mut changed);
        self.guarded.truncate(known);
        let mut also = inner.clone();
        self.list(otherwise, dot, &mut also);
        // A variable that was set anew in there may be either.
        for (name, value) in variables.iter_mut() {
            if inner.get(name) == Some(value) && (changed.get(name) != Some(value) || also.get(name) != Some(value)) {
                *value = Value::Other;
            }
        }
    }

    /// The labels that a condition asks for, wherever in it.
    fn asked(&self, pipe: &Pipe, dot: &Value, variables: &Variables) -> Vec<(Source, String)> {
        let mut labels = Vec::new();
        for term in pipe.commands.iter().flatten() {
            if let TermKind::Pipe(inner) = &term.kind {
                labels.extend(self.asked(inner, dot, variables));
            } else if !matches!(term.kind, TermKind::Function(_))
                && let Value::Made { labels: found, .. } = self.term(term, dot, variables)
            {
                labels.extend(found);
            }
        }
        labels
    }

    fn print(&mut self, value: &Value) {
        match value {
            Value::Number => self.printed.value = true,
            Value::Made { labels, value } => {
                self.printed.value |= value;
                for (source, label) in labels {
                    if self.guarded.iter().any(|guarded| guarded == &(*source, label.clone())) {
                        continue;
                    }
                    let printed = match source {
                        Source::Alert => &mut self.printed.labels,
                        Source::Query(query) => &mut self.printed.queries[*query].labels,
                    };
                    if !printed.contains(label) {
                        printed.push(label.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Value, variables: &mut Variables) -> Value {
        let mut value: Option<Value> = None;
        for command in &pipe.commands {
            value = Some(self.command(command, value, dot, variables));
        }
        let value = value.unwrap_or(Value::Other);
        if let [name] = &pipe.variables[..] {
            variables.insert(name.clone(), value.clone());
        }
        value
    }

    fn command(&mut self, command: &[Term], last: Option<Value>, dot: &Value, variables: &mut Variables) -> Value {
        let Some((first, rest)) = command.split_first() else { return Value::Other };
        let TermKind::Function(function) = &first.kind else {
            return match &first.kind {
                TermKind::Pipe(pipe) => fields(self.pipe(pipe, dot, variables), &first.fields),
                _ => self.term(first, dot, variables),
            };
        };
        let mut arguments: Vec<Value> = rest
            .iter()
            .map(|term| match &term.kind {
                TermKind::Pipe(pipe) => {
                    let value = self.pipe(pipe, dot, variables);
                    fields(value, &term.fields)
                }
                // A function without arguments of its own.
                TermKind::Function(_) => Value::Other,
                _ => self.term(term, dot, variables),
            })
            .collect();
        arguments.extend(last);
        self.call(function, &arguments)
    }

    fn call(&mut self, function: &str, arguments: &[Value]) -> Value {
        match (function, arguments) {
            ("query", [text]) => self.query(text),
            ("first", [Value::Samples(query)]) | ("index", [Value::Samples(query), _]) => Value::Sample(*query),
            ("sortByLabel", [_, Value::Samples(query)]) => Value::Samples(*query),
            ("label", [Value::Text { value, .. }, Value::Sample(query)]) => {
                Value::Made { labels: vec![(Source::Query(*query), value.clone())], value: false }
            }
            ("index", [Value::Labels(source), Value::Text { value, .. }]) => {
                Value::Made { labels: vec![(*source, value.clone())], value: false }
            }
            ("printf", [Value::Text { value, at, is_plain, len }, rest @ ..]) if rest.iter().all(is_made) => {
                // It may be a query. What it is made of is printed either way.
                self.print(&made(rest));
                Value::Text {
                    value: without_verbs(value),
                    at: *at,
                    is_plain: *is_plain && !value.contains('%'),
                    len: *len,
                }
            }
            // These do not print what they are given.
            (
                "and" | "or" | "not" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "len" | "match" | "value" | "first",
                _,
            ) => Value::Other,
            _ => made(arguments),
        }
    }

    fn query(&mut self, text: &Value) -> Value {
        let Value::Text { value, at, is_plain, len } = text else { return Value::Other };
        self.printed.queries.push(InnerQuery {
            text: value.clone(),
            at: *at,
            is_plain: *is_plain,
            len: *len,
            labels: Vec::new(),
        });
        Value::Samples(self.printed.queries.len() - 1)
    }

    fn term(&self, term: &Term, dot: &Value, variables: &Variables) -> Value {
        let value = match &term.kind {
            TermKind::Dot => dot.clone(),
            TermKind::Variable(name) => variables.get(name).cloned().unwrap_or(Value::Other),
            TermKind::Text { value, at, is_plain } => {
                return Value::Text { value: value.clone(), at: *at, is_plain: *is_plain, len: value.len() };
            }
            _ => Value::Other,
        };
        fields(value, &term.fields)
    }
}

/// The fields of a value: `.Labels.job`.
fn fields(mut value: Value, fields: &[String]) -> Value {
    for field in fields {
        value = match (value, &**field) {
            (Value::Alert, "Labels") => Value::Labels(Source::Alert),
            (Value::Alert, "Value") => Value::Number,
            (Value::Sample(query), "Labels") => Value::Labels(Source::Query(query)),
            (Value::Labels(source), label) => Value::Made { labels: vec![(source, label.to_owned())], value: false },
            _ => Value::Other,
        };
    }
    value
}

fn is_made(value: &Value) -> bool {
    !matches!(value, Value::Number) && !matches!(value, Value::Made { value: true, .. })
}

/// A text made of values.
fn made(values: &[Value]) -> Value {
    let (mut all, mut has_value) = (Vec::new(), false);
    for made in values {
        match made {
            Value::Made { labels, value } => {
                all.extend(labels.iter().cloned());
                has_value |= value;
            }
            Value::Number => has_value = true,
            _ => {}
        }
    }
    if all.is_empty() && !has_value { Value::Other } else { Value::Made { labels: all, value: has_value } }
}

/// A format of `printf` with a variable in place of each verb: what it stands for is not known.
fn without_verbs(format: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text += before;
        let end = after.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-' | '#' | ' ' | '[' | ']' | '*'));
        let Some(verb) = end.and_then(|end| after[end..].chars().next()) else { return text + after };
        text += match verb {
            '%' => "%",
            'q' => "\"${printf}\"",
            _ => "${printf}",
        };
        rest = &after[end.unwrap_or_default() + verb.len_utf8()..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::template::syntax::{Dialect, parse};

    fn read(template: &str) -> Printed {
        printed(&parse(template, Dialect::Prometheus).unwrap_or_else(|wrong| panic!("{template}: {wrong:?}")))
    }

    #[test]
    fn labels_are_followed_wherever_they_are_printed() {
        for (template, expected) in [
            ("{{ $labels.job }} of {{ .Labels.instance }}", "job instance"),
            ("plain $labels.job", ""),
            ("{{ $l := $labels }}{{ $l.queue }}", "queue"),
            ("{{ index $labels \"app.kubernetes.io/name\" }}", "app.kubernetes.io/name"),
            ("{{ printf \"%s/%s\" $labels.a .Labels.b }}", "a b"),
            ("{{ $labels.a | toUpper | title }}", "a"),
            ("{{ with $labels }}{{ .pod }}{{ end }}", "pod"),
            ("{{ with $labels.pod }}{{ . }}{{ end }}", ""),
            ("{{ if $labels.pod }}{{ $labels.pod }}{{ else }}none{{ end }}", ""),
            ("{{ if eq $labels.pod \"a\" }}x{{ end }}", ""),
            ("{{ if $labels.pod }}x{{ else }}{{ $labels.pod }}{{ end }}", "pod"),
            ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }}{{ end }}", ""),
            ("{{ range query \"up\" }}{{ .Labels.instance }}{{ $labels.x }}{{ end }}", "x"),
            ("{{ define \"t\" }}{{ .zone }}{{ end }}{{ template \"t\" $labels }}", "zone"),
            ("{{ $x := $labels }}{{ if $value }}{{ $x = .ExternalLabels }}{{ end }}{{ $x.a }}", ""),
            ("{{ or $labels.a \"none\" }}", ""),
            ("{{ $externalLabels.region }}{{ $externalURL }}", ""),
            ("{{/* $labels.a */}}{{- $labels.b -}}", "b"),
        ] {
            assert_eq!(read(template).labels.join(" "), expected, "{template}");
        }
    }

    #[test]
    fn a_value_that_is_only_compared_is_not_printed() {
        for (template, expected) in [
            ("{{ $value }}", true),
            ("{{ .Value | humanize }}", true),
            ("{{ printf \"%.2f\" $value }}", true),
            ("{{ $v := $value }}{{ $v }}", true),
            ("{{ with $value }}{{ . }}{{ end }}", true),
            ("{{ if gt $value 90.0 }}critical{{ else }}warning{{ end }}", false),
            ("critical $value", false),
            ("{{ $labels.value }}", false),
        ] {
            assert_eq!(read(template).value, expected, "{template}");
        }
    }

    #[test]
    fn queries_are_found_with_the_labels_that_are_printed_of_them() {
        for (template, text, labels) in [
            ("{{ range query \"up == 0\" }}{{ .Labels.instance }}{{ end }}", "up == 0", "instance"),
            ("{{ with query \"up\" }}{{ . | first | label \"job\" }}{{ end }}", "up", "job"),
            ("{{ with query `a{b=\"c\"}` }}{{ (first .).Labels.d }}{{ end }}", "a{b=\"c\"}", "d"),
            ("{{ range $i, $s := query \"up\" | sortByLabel \"job\" }}{{ $s.Labels.x }}{{ end }}", "up", "x"),
            ("{{ \"up\" | query | first | value | humanize }}", "up", ""),
            (
                "{{ query (printf \"up{instance='%s'} > %d\" $labels.instance 5) }}",
                "up{instance='${printf}'} > ${printf}",
                "",
            ),
            ("{{ printf \"up{job=%q}\" .Labels.job | query }}", "up{job=\"${printf}\"}", ""),
        ] {
            let found = read(template).queries;
            assert_eq!((&*found[0].text, &*found[0].labels.join(" ")), (text, labels), "{template}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for template in [
            "{{ $labels.job ",
            "{{ $labels.job }",
            "{{ }}",
            "{{ end }}",
            "{{ else }}",
            "{{ if $value }}",
            "{{ if }}x{{ end }}",
            "{{ if $value }}{{ else }}{{ else }}{{ end }}",
            "{{ $lables.job }}",
            "{{ $value | humanise }}",
            "{{ $value | }}",
            "{{ | humanize }}",
            "{{ $value | \"x\" }}",
            "{{ \"x }}",
            "{{ ($value }}",
            "{{ $value) }}",
            "{{ .Labels.job.. }}",
            "{{ $a, $b := $labels }}",
            "{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}",
            "{{ break }}",
            "{{ $labels[\"a\"] }}",
            "{{ template x }}",
            "{{ define \"x\" }}{{ $labels.a }}{{ end }}",
            "{{/* x }}",
            "{{ 'ab }}",
            "{{ \"\\q\" }}",
            "{{ $labels.job; }}",
            "{{ 'x' }}{{ 1\"a\" }}",
        ] {
            assert!(parse(template, Dialect::Prometheus).is_err(), "{template}");
        }
        for template in [
            "{{ $value | humanize1024 }}{{ $value | printf \"%.2f\" }}",
            "{{ if and (gt $value 1.0) (lt .Value 5e3) }}a{{ else if $labels.x }}b{{ else }}c{{ end }}",
            "{{ with $x := 1 }}{{ $x }}{{ end }}",
            "{{- /* a */ -}} {{ range query \"up\" }}{{ continue }}{{ else }}-{{ end }}",
            "{{ reReplaceAll \"(.*):\\\\d+\" \"$1\" $labels.instance }}",
            "{{ $labels.a }}{{ $labels.b }}{{`{{ raw }}`}}{{ 'x' }}{{ -1.5 }}{{ nil | print }}",
            "}} { { {{ .Labels }}",
            "{{ $ }}{{ . }}{{ $.Labels.x }}",
            "{{ block \"x\" . }}{{ .Labels.a }}{{ end }}",
            "{{ (query \"up\" | first).Labels.job }}",
        ] {
            assert!(
                parse(template, Dialect::Prometheus).is_ok(),
                "{template}: {:?}",
                parse(template, Dialect::Prometheus)
            );
        }
    }
}
