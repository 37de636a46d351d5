//! The linter on small files, right and wrong side by side: the pages of `lint_files`.

use std::{fs, path::Path};

use cryptofunk_metrics_query::Schema;
use cryptofunk_metrics_tools::lint::{Linter, Live, Report, Scrape, inputs, live_catalog, read_catalog};

/// A file of a page.
struct Case {
    name: String,
    text: String,
    /// What the page says of it: the checks, each with line and column.
    expected: String,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_files")
}

fn cases(page: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut title = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("right `") || line.starts_with("wrong `") {
            title = line;
        } else if line.starts_with("```") {
            let text: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            let name = title.split('`').nth(1).expect("a name").to_owned();
            let expected = title.split_once("`: ").map(|(_, findings)| findings.to_owned()).unwrap_or_default();
            assert_eq!(title.starts_with("wrong"), !expected.is_empty(), "{title}");
            cases.push(Case { name, text, expected });
        }
    }
    cases
}

fn found(report: &Report) -> String {
    let found = report.findings.iter().map(|finding| {
        let (line, column) = (finding.line.unwrap_or_default(), finding.column.unwrap_or_default());
        format!("{} {line}:{column}", finding.rule.name())
    });
    found.collect::<Vec<_>>().join(", ")
}

fn page(name: &str, least: usize) -> Vec<Case> {
    let cases = cases(&fs::read_to_string(folder().join(name)).expect("a page"));
    assert!(cases.len() >= least, "{name} has {} files", cases.len());
    cases
}

fn declared() -> Linter {
    let catalog = fs::read_to_string(folder().join("catalog.json")).expect("the catalogue");
    Linter::new(read_catalog(&catalog).expect("a catalogue").catalog)
}

/// What is not as the page says.
fn difference(linter: &Linter, Case { name, text, expected }: &Case) -> Option<String> {
    let report = linter.lint(&[(name.clone(), text.clone())]);
    let found = found(&report);
    let told = || report.findings.iter().map(|finding| format!("  {}\n", finding.message)).collect::<String>();
    (found != *expected).then(|| format!("{name}\n  expected {expected}\n  found    {found}\n{}", told()))
}

fn check(name: &str, least: usize) {
    let linter = declared();
    let wrong: Vec<String> = page(name, least).iter().filter_map(|case| difference(&linter, case)).collect();
    assert!(wrong.is_empty(), "{name}\n{}", wrong.join("\n"));
}

#[test]
fn rules_are_found_wherever_they_stand() {
    check("containers.md", 36);
}

#[test]
fn what_promtool_refuses_is_found() {
    check("promtool.md", 29);
}

#[test]
fn templates_are_followed() {
    check("templates.md", 9);
}

#[test]
fn dashboards_are_read_in_each_schema_and_judged_by_data_source() {
    check("dashboards.md", 13);
}

#[test]
fn variables_have_values_put_in_their_place() {
    check("variables.md", 6);
}

#[test]
fn scrapes_are_catalogues() {
    let mut linter = declared();
    let mut wrong = Vec::new();
    for case in page("live.md", 5) {
        if case.name.ends_with(".prom") {
            let Live { catalog, names } = live_catalog(&[Scrape::read(&case.name, &case.text).expect("a scrape")]);
            linter = Linter::new(Schema::new(catalog).with_foreign(names.leak()));
        } else {
            wrong.extend(difference(&linter, &case));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn catalogues_may_have_families_of_each_type() {
    let catalog = r#"{"families": [
        {"name": "load", "type": "untyped", "labels": []}, {"name": "build", "type": "info", "labels": ["version"]},
        {"name": "wait", "type": "summary"}, {"name": "mode", "type": "stateset"}, {"name": "odd", "type": "of no kind", "labels": null},
        {"name": "x", "type": "histogram"}, {"name": "x_count", "type": "gauge"}, {"name": "size", "type": "histogram", "native": true},
        {"name": "both", "type": "histogram", "native": {"schema": 3, "max_buckets": 160}, "buckets": [1, 2]},
        {"name": "y_total", "type": "counter"}, {"name": "y", "type": "gauge"}]}"#;
    let declared = read_catalog(catalog).expect("a catalogue");
    assert_eq!(declared.clashing, ["x_count", "y"]);
    let rules = |query: &str| {
        vec![("a.yml".to_owned(), format!("groups: [{{name: g, rules: [{{record: 'a:b', expr: '{query}'}}]}}]"))]
    };
    let linter = Linter::new(Schema::new(declared.catalog).with_foreign(declared.clashing.leak()));
    for query in [
        "rate(load[5m])",
        "load",
        "build_info{version=\"1\"}",
        "wait{quantile=\"0.5\"}",
        "rate(wait_sum[5m])",
        "mode{mode=\"a\"}",
        "odd",
        "rate(x_count[5m])",
        "y",
        "rate(y_total[5m])",
        "histogram_quantile(0.9, rate(size[5m]))",
        "histogram_quantile(0.9, rate(both[5m])) > histogram_quantile(0.9, rate(both_bucket[5m]))",
    ] {
        assert_eq!(found(&linter.lint(&rules(query))), "", "{query}");
    }
    for (query, expected) in [
        ("histogram_quantile(0.9, rate(size_bucket[5m]))", "quantile-without-buckets"),
        ("both_bucket{le=\"7\"}", "unknown-value"),
        ("rate(both[5m]) > 1", "bare-histogram"),
    ] {
        assert_eq!(found(&linter.lint(&rules(query))).split(' ').next(), Some(expected), "{query}");
    }
    assert_eq!(found(&linter.lint(&rules("wait_bucket"))).split(' ').next(), Some("not-a-histogram"));
}

#[test]
fn what_is_no_prometheus_is_skipped_and_named() {
    let dashboard = r#"{"panels": [{"title": "Logs", "datasource": "Loki", "targets": [{"expr": "{app=\"x\"}"}]},
        {"title": "Any", "targets": [{"expr": "$a b c d"}]}, {"targets": [{"expr": "stock"}]}]}"#;
    let files = [("a.json".to_owned(), dashboard.to_owned()), ("b.yml".to_owned(), "kind: Service\n".to_owned())];
    let report = declared().lint(&files);
    let skipped: Vec<_> =
        report.skipped.iter().map(|skipped| (skipped.file.as_str(), skipped.line, skipped.what.as_str())).collect();
    assert_eq!(
        skipped,
        [
            ("a.json", 1, "panel `Logs`: a query of the data source Loki"),
            ("b.yml", 1, "a Service"),
            ("a.json", 2, "panel `Any`: its variables may stand for what makes it PromQL"),
        ]
    );
    let summary =
        "read 0 rule files with 0 rules, 1 dashboard and 1 query; skipped 2 queries and 1 document (-v names them)";
    assert_eq!((report.findings.len(), report.summary().as_str()), (0, summary));
}

#[test]
fn queries_of_rules_in_other_languages_are_skipped_and_named() {
    let rule = |name: &str, query: &str| format!("{{record: '{name}', expr: '{query}'}}");
    let rules =
        [rule("a:b", r#"rate({app="a"} | json [5m])"#), rule("a:c", "topk_max(5, stock)"), rule("a:d", "stock")];
    let text = format!("groups: [{{name: g, rules: [{}]}}]\nother: 1\n", rules.join(", "));
    let report = declared().lint(&[("a.yml".to_owned(), text)]);
    let skipped: Vec<_> = report.skipped.iter().map(|skipped| skipped.what.as_str()).collect();
    assert_eq!(
        skipped,
        ["a query of logs, in group `g`, record `a:b`", "a query of MetricsQL, in group `g`, record `a:c`"]
    );
    assert_eq!((report.rules, found(&report).as_str()), (1, "syntax 2:1"));
}

#[test]
fn records_of_one_file_are_known_to_another() {
    let file = |name: &str, rule: &str| (name.to_owned(), format!("groups: [{{name: g, rules: [{rule}]}}]"));
    let record = file("a.yml", "{record: 'shop:stock:sum', expr: 'sum by (shop) (stock)'}");
    let alert = file("b.yml", "{alert: A, expr: 'shop:stock:sum == 0'}");
    assert_eq!(found(&declared().lint(&[alert.clone(), record])), "");
    assert_eq!(found(&declared().lint(&[alert])).split(' ').next(), Some("undefined-record"));
    let compared = file("a.yml", "{record: shop_is_empty, expr: 'stock == 0'}");
    let alert = file("b.yml", "{alert: A, expr: shop_is_empty}");
    assert_eq!(found(&declared().lint(&[alert, compared])), "");
}

#[test]
fn folders_are_looked_through_and_other_spellings_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = "\u{feff}{\"panels\": [{\"targets\": [{\"expr\": \"stok\"}]}]}";
    fs::create_dir_all(folder.path().join("inner/.hidden")).expect("folders");
    for name in ["inner/A.JSON", "inner/.hidden/b.json", "inner/c.txt", "d.Yml"] {
        fs::write(folder.path().join(name), wrong).expect("a file");
    }
    let inputs = inputs(&[folder.path().to_owned()]);
    let files: Vec<_> = inputs.into_iter().map(|input| (input.name, input.text.expect("a text"))).collect();
    let names: Vec<_> = files.iter().map(|(name, _)| name.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(names, ["d.Yml", "A.JSON"]);
    assert_eq!(found(&declared().lint(&files)), "unknown-metric 1:36, unknown-metric 1:36");
}
