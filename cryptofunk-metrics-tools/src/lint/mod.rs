//! The checks of `promql!` and `rules!` for files that are read at run time: Prometheus
//! rule files, and dashboards of Grafana as JSON. The command `metrics-lint` is made of this.
//!
//! ```
//! use cryptofunk_metrics::{CATALOG, query::LintRule};
//! use cryptofunk_metrics_tools::lint::Linter;
//!
//! let rules = "groups: [{name: shop, rules: [{alert: Down, expr: cryptofunk_agent_helthy == 0}]}]";
//! let report = Linter::new(CATALOG).lint(&[("rules.yml".to_owned(), rules.to_owned())]);
//! assert_eq!(report.findings[0].check, LintRule::UnknownMetric);
//! assert!(report.findings[0].message.contains("did you mean `cryptofunk_agent_healthy`"));
//! ```

mod catalog;
mod dashboard;
mod live;

pub use catalog::{CatalogError, Declared, read_catalog};
use cryptofunk_metrics_query::{
    Arena, Kind, LintRule, Node, Query, Record, Rule, Rules, Schema, allowed, mistakes, parse, rules, variables,
};

pub use live::{Difference, Scrape, live_catalog};

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

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1, if it is known.
    pub line: Option<u64>,
    /// What it stands in: ``group `mcp`, alert `Down` ``, ``panel `Errors` ``.
    pub place: String,
    /// Which check found it.
    pub check: LintRule,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// A query of a file, with what its surroundings want of it.
struct Asked<'t> {
    file: &'t str,
    line: Option<u64>,
    place: String,
    text: String,
    printed: Vec<String>,
    allowed: Vec<LintRule>,
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
                dashboard::queries(file, text, &mut asked, &mut findings);
                continue;
            }
            has_rules = true;
            let read = rules(self.arena, text);
            findings.extend(read.mistakes.into_iter().map(|mistake| Finding {
                file: file.clone(),
                line: mistake.line,
                place: mistake.place,
                check: mistake.check,
                message: mistake.message,
            }));
            for rule in read.rules {
                if rule.kind == Kind::Record {
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
        let mut tell = |check, message| {
            findings.push(Finding { file: file.to_owned(), line, place: place.clone(), check, message });
        };
        match allowed(&text) {
            Ok(checks) => silenced.extend(checks),
            Err(message) => tell(LintRule::Syntax, message),
        }
        let root: &Node<'_> = match parse(self.arena, &text) {
            Ok(root) => root,
            // What a variable stands for may be any part of a query.
            Err(_) if !variables(&text).is_empty() => return,
            Err(reason) => {
                if !silenced.contains(&LintRule::Syntax) {
                    tell(LintRule::Syntax, format!("this is no PromQL: {reason}"));
                }
                return;
            }
        };
        root.each_metric(&mut |metric| metrics.push(metric));
        let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
        for (check, message) in mistakes(schema, root, &printed, &silenced) {
            tell(check, message);
        }
    }

    fn record(&self, rule: &Rule<'static>) -> Record {
        let text = |text: &str| -> &'static str { self.arena.alloc_str(text) };
        let labels = rule.labels.iter().map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>();
        Record {
            name: text(&rule.name),
            group: text(&rule.group),
            query: Query::unchecked(text(&rule.text), rule.root),
            labels: labels.leak(),
        }
    }
}

fn is_series(suffix: &str) -> bool {
    matches!(suffix, "" | "_bucket" | "_sum" | "_count")
}
