use std::{collections::HashSet, ops::Range};

use cryptofunk_metrics_query::{
    Arena, LintRule, Located, Mistake, Origin, Purpose, Query, QueryFinding, Record, Rule, RuleKind, Rules, Schema,
    allowed, is_broken_off, is_metricsql, is_wrong_whatever_it_stands_for, parse_printed, query_findings, rules,
    variables,
};

use crate::lint::{
    asked::{Asked, Language, may_be_logql},
    dashboard::{Content, Passed, Queries, read},
    finding::{Finding, place, span},
    json::Json,
    report::{Report, Skipped},
};

/// Finds mistakes in rule files and dashboards. The [module](crate::lint) has an example.
///
/// Everything that it parses stays in memory until the process ends.
#[derive(Debug)]
pub struct Linter {
    schema: Schema,
    arena: &'static Arena,
}

impl Linter {
    /// A linter that compares queries with a catalogue or a schema.
    pub fn new(schema: impl Into<Schema>) -> Self {
        Linter { schema: schema.into(), arena: Box::leak(Box::new(Arena::new())) }
    }

    /// Checks files, each with its name and text. JSON is a dashboard or rules, and every other text is a rule file. A query may use the
    /// recording rules of all files.
    pub fn lint(&self, files: &[(String, String)]) -> Report {
        let mut reading = Reading::new(self.arena, files);
        for file in 0..files.len() {
            reading.file(file);
        }
        let Reading { queries: Queries { asked, .. }, mut records, has_rules, mut report, mut order, .. } = reading;
        // In the order of their names, they are found faster.
        records.sort_by_key(|record| record.name);
        let schema = if has_rules { self.schema.with_rules(&Rules::new(&[], records.leak())) } else { self.schema };
        let mut metrics = HashSet::new();
        let of_metricsql = of_metricsql(&asked);
        for mut asked in asked {
            let file = asked.file;
            if asked.source.as_ref().is_some_and(|source| of_metricsql.contains(source)) {
                asked.language = Language::MetricsQl;
            }
            let before = report.findings.len();
            self.query(&schema, files, asked, &mut metrics, &mut report);
            order.resize(order.len() + report.findings.len() - before, file);
        }
        let mut findings: Vec<_> = order.into_iter().zip(report.findings).collect();
        findings.sort_by_key(|(file, finding)| (*file, finding.line, finding.column));
        report.findings = findings.into_iter().map(|(_, finding)| finding).collect();
        let is_asked = |name: &str| {
            ["", "_bucket", "_sum", "_count"].iter().any(|suffix| metrics.contains(&*format!("{name}{suffix}")))
        };
        report.unused = schema.catalog().iter().map(|family| family.name).filter(|name| !is_asked(name)).collect();
        report
    }

    fn query(
        &self,
        schema: &Schema,
        files: &[(String, String)],
        asked: Asked,
        metrics: &mut HashSet<&'static str>,
        report: &mut Report,
    ) {
        let Asked { file, line, place, located, text, tree, purpose, printed, allowed: mut silenced, language, .. } =
            asked;
        if language == Language::MetricsQl {
            silenced.extend(NOT_OF_METRICSQL);
        }
        let name = &files[file].0;
        let mut findings = Vec::new();
        let is_as_written = text == located.text();
        let mut tell = |rule, message, span: Option<Range<usize>>| {
            findings.push(finding(name, line, &place, rule, message, &located, span.filter(|_| is_as_written)));
        };
        if tree.is_none() {
            match allowed(&text) {
                Ok(rules) => silenced.extend(rules),
                Err(message) => tell(LintRule::Syntax, message, None),
            }
        }
        match tree.map_or_else(|| parse_printed(self.arena, &text, &printed), Ok) {
            Ok(tree) => {
                report.queries += 1;
                tree.root.each_metric(&mut |metric| _ = metrics.insert(metric));
                let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
                for QueryFinding { rule, message, span } in query_findings(schema, &tree, purpose, &printed, &silenced)
                {
                    tell(rule, message, span);
                }
            }
            Err(reason) => match unread(&text, language) {
                Some(why) => {
                    let what = format!("{place}: {why}");
                    report.skipped.push(Skipped { file: name.clone(), line, what, is_query: true });
                }
                None => {
                    report.queries += 1;
                    if !silenced.contains(&reason.rule) {
                        tell(reason.rule, format!("this is no PromQL: {reason}"), reason.span);
                    }
                }
            },
        }
        report.findings.extend(findings);
    }
}

/// The checks that do not hold for VictoriaMetrics: it looks at the sample before a range too, and has histograms without `le`.
const NOT_OF_METRICSQL: [LintRule; 2] = [LintRule::ShortRange, LintRule::QuantileWithoutBuckets];

/// The data sources of which a query has what only MetricsQL has, so that all of theirs are MetricsQL.
fn of_metricsql(asked: &[Asked]) -> HashSet<String> {
    asked.iter().filter(|asked| is_metricsql(&asked.text)).filter_map(|asked| asked.source.clone()).collect()
}

/// Why a query that is no PromQL may be right all the same.
fn unread(text: &str, language: Language) -> Option<&'static str> {
    match language {
        Language::Maybe => Some("no PromQL, and its data source is not known"),
        Language::MetricsQl if is_broken_off(text) => None,
        Language::MetricsQl => Some("no PromQL, but it may be MetricsQL"),
        Language::Unknown if may_be_logql(text) => Some("a query of logs, as it seems"),
        // What a variable stands for may be any part of a query.
        _ if !variables(text).is_empty() && !is_wrong_whatever_it_stands_for(text) => {
            Some("its variables may stand for what makes it PromQL")
        }
        _ => None,
    }
}

fn finding(
    file: &str,
    line: u64,
    place: &str,
    rule: LintRule,
    message: String,
    located: &Located,
    span: Option<Range<usize>>,
) -> Finding {
    let query = located.text().to_owned();
    let span = span.or_else(|| self::span(&query, &message));
    // Where nothing more is known, the line is that of the key.
    let (line, column) = match &span {
        Some(_) => self::place(located, span.as_ref()),
        None => (line.max(located.start().0), located.start().1),
    };
    let (file, place) = (file.to_owned(), place.to_owned());
    Finding { file, line: Some(line), column: Some(column), place, rule, message, query: Some(query), span }
}

/// What is read of the files.
struct Reading<'f> {
    arena: &'static Arena,
    files: &'f [(String, String)],
    queries: Queries,
    records: Vec<Record>,
    has_rules: bool,
    report: Report,
    /// The file of each finding.
    order: Vec<usize>,
}

impl<'f> Reading<'f> {
    fn new(arena: &'static Arena, files: &'f [(String, String)]) -> Self {
        let (queries, report) = (Queries::default(), Report::default());
        Reading { arena, files, queries, records: Vec::new(), has_rules: false, report, order: Vec::new() }
    }

    fn file(&mut self, file: usize) {
        let files = self.files;
        let (name, text) = &files[file];
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_named_json = name.to_ascii_lowercase().ends_with(".json");
        if !is_named_json && !text.trim_start().starts_with(['{', '[']) {
            return self.rules(file, text);
        }
        let json = Json::new(text, Origin::default());
        match json.parse() {
            Ok(value) => match self.dashboards(file, &json, value.as_ref()) {
                Content::Dashboards => self.report.dashboards += 1,
                Content::Rules => self.rules(file, &without_surrogates(text)),
                Content::Other(_) if !is_named_json => self.rules(file, text),
                Content::Other(what) => self.skip(file, 1, what.to_owned(), false),
            },
            // YAML may begin so too.
            Err(_) if !is_named_json => self.rules(file, text),
            Err(error) => {
                let file_name = name.clone();
                self.report.findings.push(Finding {
                    file: file_name,
                    line: Some(error.line),
                    column: Some(error.column),
                    place: String::new(),
                    rule: LintRule::Syntax,
                    message: error.message,
                    query: None,
                    span: None,
                });
                self.order.push(file);
            }
        }
    }

    fn dashboards(&mut self, file: usize, json: &Json<'_>, value: Option<&jsonc_parser::ast::Value<'_>>) -> Content {
        let content = read(file, json, value, &mut self.queries);
        for Passed { line, what } in std::mem::take(&mut self.queries.passed) {
            self.skip(file, line, what, true);
        }
        content
    }

    fn skip(&mut self, file: usize, line: u64, what: String, is_query: bool) {
        let file = self.files[file].0.clone();
        self.report.skipped.push(Skipped { file, line, what, is_query });
    }

    fn rules(&mut self, file: usize, text: &str) {
        let read = rules(self.arena, text);
        for mistake in read.mistakes {
            let found = self.mistake(file, mistake);
            self.report.findings.push(found);
            self.order.push(file);
        }
        for skipped in read.skipped {
            self.skip(file, skipped.line, skipped.what, false);
        }
        for dashboard in &read.dashboards {
            let json = Json::new(&dashboard.text, dashboard.origin);
            match json.parse() {
                Ok(value) => match self.dashboards(file, &json, value.as_ref()) {
                    Content::Dashboards => self.report.dashboards += 1,
                    _ => {
                        self.skip(file, json.place(0).0, format!("`{}`, which is no dashboard", dashboard.name), false)
                    }
                },
                Err(error) => {
                    let message = format!("`{}`: {}", dashboard.name, error.message);
                    let mistake = Mistake {
                        rule: LintRule::Syntax,
                        line: Some(error.line),
                        column: Some(error.column),
                        place: String::new(),
                        message,
                        query: None,
                        span: None,
                    };
                    let found = self.mistake(file, mistake);
                    self.report.findings.push(found);
                    self.order.push(file);
                }
            }
        }
        self.has_rules |= !read.rules.is_empty();
        self.report.rule_files += usize::from(!read.rules.is_empty());
        self.report.rules += read.rules.len();
        for rule in read.rules {
            self.rule(file, rule);
        }
    }

    fn rule(&mut self, file: usize, rule: Rule<'static>) {
        if rule.kind == RuleKind::Record {
            let record = record(self.arena, &rule);
            self.records.push(record);
        }
        let place = rule.place();
        let Rule { kind, line, text, tree, printed, allowed, located, inner, .. } = rule;
        let purpose = if kind == RuleKind::Alert { Purpose::Alert } else { Purpose::Series };
        let tree = Some(tree);
        let asked = &mut self.queries.asked;
        let language = Language::PromQl;
        for query in inner {
            let (place, printed, allowed) = (query.place, query.printed, allowed.clone());
            let text = query.located.text().to_owned();
            let (line, _) = query.located.start();
            let (tree, purpose) = (Some(query.tree), Purpose::Series);
            asked.push(Asked {
                file,
                line,
                place,
                located: query.located,
                text,
                tree,
                purpose,
                printed,
                allowed,
                language,
                source: None,
            });
        }
        asked.push(Asked { file, line, place, located, text, tree, purpose, printed, allowed, language, source: None });
    }

    fn mistake(&self, file: usize, mistake: Mistake) -> Finding {
        let name = &self.files[file].0;
        let Mistake { rule, line, column, place, message, query, span } = mistake;
        match query {
            Some(located) => finding(name, line.unwrap_or_default(), &place, rule, message, &located, span),
            None => Finding { file: name.clone(), line, column, place, rule, message, query: None, span: None },
        }
    }
}

fn record(arena: &'static Arena, rule: &Rule<'static>) -> Record {
    let text = |text: &str| -> &'static str { arena.alloc_str(text) };
    let labels = rule.labels.iter().map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>();
    Record {
        name: text(&rule.name),
        group: text(&rule.group),
        query: Query::unchecked(text(&rule.text), rule.tree),
        labels: labels.leak(),
    }
}

/// JSON without the escapes of characters beyond 16 bits, which YAML writes otherwise; places stay.
fn without_surrogates(text: &str) -> String {
    let is_high = |text: &str| {
        text.get(2..4).is_some_and(|digits| matches!(&*digits.to_ascii_lowercase(), "d8" | "d9" | "da" | "db"))
    };
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (before, escape) = rest.split_at(at);
        replaced += before;
        let len = if is_high(escape) && escape.get(6..8) == Some("\\u") { escape.len().min(12) } else { 2 };
        let len = if escape.is_char_boundary(len) { len } else { 2 };
        replaced += if len == 2 { "\\u" } else { "????????????" };
        rest = &escape[len..];
    }
    replaced + rest
}
