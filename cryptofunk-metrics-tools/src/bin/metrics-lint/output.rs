//! What was found, for people and for programs.

use anstyle::{AnsiColor, Style};
use cryptofunk_metrics_query::LintRule;
use cryptofunk_metrics_tools::lint::{Difference, Finding, Report};
use serde_json::{Value, json};

/// The longest line of a query that is shown whole.
const WIDEST: usize = 160;

pub(crate) fn text(Report { findings, .. }: &Report, differences: &[Difference]) {
    let (bold, red, dim) =
        (Style::new().bold(), AnsiColor::Red.on_default().bold(), AnsiColor::BrightBlack.on_default());
    for finding in findings {
        let Finding { file, line, column, place, rule, message, .. } = finding;
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        let column = column.map_or(String::new(), |column| format!(":{column}"));
        let rule = rule.name();
        anstream::println!("{bold}{file}{line}{column}{bold:#}: {red}{rule}{red:#}: {message}");
        if !place.is_empty() {
            anstream::println!("  {dim}in {place}{dim:#}");
        }
        if let Some((query, caret)) = excerpt(finding) {
            anstream::println!("    {query}");
            if !caret.is_empty() {
                anstream::println!("    {red}{caret}{red:#}");
            }
        }
    }
    for Difference { place, family, message } in differences {
        anstream::println!("{bold}{place}{bold:#}: {red}{family}{red:#}: {message}");
    }
}

/// The line of the query that a finding points at, and the marks under its place.
fn excerpt(Finding { query, span, .. }: &Finding) -> Option<(String, String)> {
    let query = query.as_deref()?;
    let Some(span) = span else {
        let line = query.lines().find(|line| !line.trim().is_empty())?;
        let more = if query.trim().lines().count() > 1 { " …" } else { "" };
        return Some((format!("{}{more}", line.trim().chars().take(WIDEST).collect::<String>()), String::new()));
    };
    let start = query[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = query[start..].lines().next().unwrap_or_default();
    // Tabs would move what stands under them.
    let before: String = query[start..span.start].replace('\t', " ");
    let marked = &query[span.start..span.end.min(start + line.len()).max(span.start)];
    let after = &line[(span.start - start + marked.len()).min(line.len())..];
    // Of a long line, what is around the place.
    let skipped = before.chars().count().saturating_sub(WIDEST / 2);
    let before: String = before.chars().skip(skipped).collect();
    let lead = if skipped > 0 { "… " } else { "" };
    let room = WIDEST.saturating_sub(before.chars().count() + marked.chars().count());
    let shown: String = after.chars().take(room).collect();
    let tail = if shown.len() < after.len() { " …" } else { "" };
    let query = format!("{lead}{before}{marked}{shown}{tail}").replace('\t', " ");
    let indent = lead.chars().count() + before.chars().count();
    let caret = format!("{}{}", " ".repeat(indent), "^".repeat(marked.chars().count().max(1)));
    Some((query.trim_end().to_owned(), caret))
}

pub(crate) fn json(report: &Report, differences: &[Difference], unread: &[(String, String)]) {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|Finding { file, line, column, place, rule, message, query, .. }| {
            json!({"file": file, "line": line, "column": column, "place": place, "check": rule.name(), "message": message, "query": query})
        })
        .collect();
    let differences: Vec<_> = differences
        .iter()
        .map(|Difference { place, family, message }| json!({"place": place, "family": family, "message": message}))
        .collect();
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| json!({"file": skipped.file, "line": skipped.line, "what": skipped.what}))
        .collect();
    let unread: Vec<_> = unread.iter().map(|(file, why)| json!({"file": file, "error": why})).collect();
    let summary = json!({
        "rule_files": report.rule_files, "rules": report.rules, "dashboards": report.dashboards,
        "queries": report.queries, "skipped": report.skipped.len(),
    });
    let all = json!({
        "findings": findings, "live": differences, "unused_families": report.unused, "summary": summary,
        "skipped": skipped, "unread": unread,
    });
    println!("{all:#}");
}

/// The log of static analysis that code hosts read: SARIF 2.1.0.
pub(crate) fn sarif(report: &Report, differences: &[Difference], version: &str) {
    let page = "https://github.com/cryptofunk/cryptofunk-metrics/blob/main/docs/checks";
    let rules: Vec<Value> = LintRule::ALL
        .into_iter()
        .map(|rule| json!({"id": rule.name(), "helpUri": format!("{page}/{}.md", rule.name())}))
        .chain([json!({"id": "live", "helpUri": format!("{page}/README.md")})])
        .collect();
    let results = report.findings.iter().map(|finding| {
        let mut region = json!({"startLine": finding.line.unwrap_or(1)});
        if let Some(column) = finding.column {
            region["startColumn"] = json!(column);
            let marked = finding.query.as_deref().zip(finding.span.clone()).and_then(|(query, span)| query.get(span));
            if let Some(len) =
                marked.filter(|marked| !marked.contains('\n')).map(|marked| marked.chars().count() as u64)
            {
                region["endColumn"] = json!(column + len);
            }
        }
        let place = if finding.place.is_empty() { String::new() } else { format!(" (in {})", finding.place) };
        result(finding.rule.name(), &format!("{}{place}", finding.message), &finding.file, &region)
    });
    let differences = differences.iter().map(|Difference { place, family, message }| {
        result("live", &format!("`{family}`: {message}"), place, &json!({"startLine": 1}))
    });
    let results: Vec<Value> = results.chain(differences).collect();
    let driver = json!({
        "name": "metrics-lint", "version": version, "informationUri": format!("{page}/README.md"), "rules": rules,
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    });
    println!("{log:#}");
}

fn result(rule: &str, message: &str, file: &str, region: &Value) -> Value {
    // Addresses have `/` on every system.
    let uri: String = file.replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    json!({
        "ruleId": rule,
        "level": "error",
        "message": {"text": message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    })
}

/// Workflow commands of GitHub that show findings at their lines.
pub(crate) fn github(report: &Report, differences: &[Difference]) {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    for Finding { file, line, column, rule, message, .. } in &report.findings {
        let (file, title, line) = (property(file), property(rule.name()), line.unwrap_or(1));
        let column = column.map_or(String::new(), |column| format!(",col={column}"));
        println!("::error file={file},line={line}{column},title={title}::{}", escape(message));
    }
    for Difference { place, family, message } in differences {
        println!("::error title=live::{}", escape(&format!("{place}: `{family}`: {message}")));
    }
}
