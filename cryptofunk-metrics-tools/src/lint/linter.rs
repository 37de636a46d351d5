use cryptofunk_metrics_query::{
    Arena, LintRule, Query, Record, Rule, RuleKind, Rules, Schema, allowed, mistakes, parse_printed, rules, variables,
};

use crate::lint::{asked::Asked, dashboard::queries, finding::Finding};

/// Finds mistakes in files.
///
/// What is parsed is kept until the process ends, so that catalogues and queries are constants here as everywhere.
#[derive(Debug)]
pub struct Linter {
    schema: Schema,
    arena: &'static Arena,
}

/// What was found in some files.
#[derive(Debug)]
pub struct Report {
    /// The mistakes, file by file in the order of the lines.
    pub findings: Vec<Finding>,
    /// The families that none of the files asks for.
    pub unused: Vec<&'static str>,
}

impl Linter {
    /// A linter for what a catalogue has.
    pub fn new(schema: impl Into<Schema>) -> Self {
        Linter { schema: schema.into(), arena: Box::leak(Box::new(Arena::new())) }
    }

    /// Looks at files, each with its name and text: `.json` is a dashboard, all else a rule file. Recording rules of all of them
    /// are known to all of them.
    pub fn lint(&self, files: &[(String, String)]) -> Report {
        let mut findings = Vec::new();
        let mut asked = Vec::new();
        let mut records = Vec::new();
        let mut has_rules = false;
        for (file, text) in files {
            if file.ends_with(".json") {
                queries(file, text, &mut asked, &mut findings);
                continue;
            }
            has_rules = true;
            let read = rules(self.arena, text);
            findings.extend(read.mistakes.into_iter().map(|mistake| Finding {
                file: file.clone(),
                line: mistake.line,
                place: mistake.place,
                rule: mistake.rule,
                message: mistake.message,
            }));
            for rule in read.rules {
                if rule.kind == RuleKind::Record {
                    records.push(self.record(&rule));
                }
                let place = rule.place();
                let Rule { line, text, printed, allowed, .. } = rule;
                asked.push(Asked { file, line: Some(line), place, text, printed, allowed });
            }
        }
        let schema = if has_rules { self.schema.with_rules(&Rules::new(&[], records.leak())) } else { self.schema };
        let mut metrics = Vec::new();
        for asked in asked {
            self.query(&schema, asked, &mut metrics, &mut findings);
        }
        let order = |finding: &Finding| files.iter().position(|(file, _)| *file == finding.file);
        findings.sort_by_key(|finding| (order(finding), finding.line));
        let unused = schema
            .catalog()
            .iter()
            .map(|family| family.name)
            .filter(|name| !metrics.iter().any(|metric| metric.strip_prefix(name).is_some_and(is_series)));
        Report { findings, unused: unused.collect() }
    }

    fn query(&self, schema: &Schema, asked: Asked<'_>, metrics: &mut Vec<&'static str>, findings: &mut Vec<Finding>) {
        let Asked { file, line, place, text, printed, allowed: mut silenced } = asked;
        let mut tell = |rule, message| {
            findings.push(Finding { file: file.to_owned(), line, place: place.clone(), rule, message });
        };
        match allowed(&text) {
            Ok(rules) => silenced.extend(rules),
            Err(message) => tell(LintRule::Syntax, message),
        }
        let tree = match parse_printed(self.arena, &text, &printed) {
            Ok(tree) => tree,
            // What a variable stands for may be any part of a query.
            Err(_) if !variables(&text).is_empty() => return,
            Err(reason) => {
                if !silenced.contains(&LintRule::Syntax) {
                    tell(LintRule::Syntax, format!("this is no PromQL: {reason}"));
                }
                return;
            }
        };
        tree.root.each_metric(&mut |metric| metrics.push(metric));
        let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
        for (rule, message) in mistakes(schema, &tree, &printed, &silenced) {
            tell(rule, message);
        }
    }

    fn record(&self, rule: &Rule<'static>) -> Record {
        let text = |text: &str| -> &'static str { self.arena.alloc_str(text) };
        let labels = rule.labels.iter().map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>();
        Record {
            name: text(&rule.name),
            group: text(&rule.group),
            query: Query::unchecked(text(&rule.text), rule.tree),
            labels: labels.leak(),
        }
    }
}

fn is_series(suffix: &str) -> bool {
    matches!(suffix, "" | "_bucket" | "_sum" | "_count")
}
