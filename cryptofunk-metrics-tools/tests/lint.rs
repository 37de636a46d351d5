//! The linter on files: those of the documents, of the compiler's tests, and dashboards.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    native::NativeHistogram,
};
use cryptofunk_metrics_query::{LintRule, Schema};
use cryptofunk_metrics_tools::{
    docs::{Category, System},
    lint::{CatalogError, Linter, Report, read_catalog},
};
use domain::CATALOG;

#[path = "../../demo-servers/src/domain/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "the declarations of another crate")]
mod domain;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn lint(name: &str, text: &str) -> Report {
    Linter::new(CATALOG).lint(&[(name.to_owned(), text.to_owned())])
}

fn checks(report: &Report) -> Vec<LintRule> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

/// The rule file, or one with an alert of this query, that is never silent for its form.
fn as_rules(kind: &str, text: &str) -> String {
    match kind {
        "yaml" => text.to_owned(),
        _ => format!(
            "groups:\n  - name: page\n    rules:\n      - record: page:example\n        expr: |\n          {text}\n"
        ),
    }
}

#[test]
fn the_examples_of_every_page_are_what_it_says() {
    for check in LintRule::ALL {
        let path = root().join(format!("docs/checks/{}.md", check.name()));
        let page = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut blocks = page.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').expect("a block"));
        let ((kind, wrong), (_, right)) = (blocks.next().expect("wrong"), blocks.next().expect("right"));
        let (wrong, right) = (as_rules(kind, wrong.trim_end()), as_rules(kind, right.trim_end()));
        assert_eq!(checks(&lint("page.yml", &wrong)), [check], "{wrong}");
        assert_eq!(checks(&lint("page.yml", &right)), [], "{right}");
        let silenced = wrong.replace("      - ", &format!("      # metrics-lint: allow {}\n      - ", check.name()));
        assert_eq!(checks(&lint("page.yml", &silenced)), [], "{silenced}");
        assert!(page.contains(&format!("`# metrics-lint: allow {}`", check.name())));
    }
}

#[test]
fn a_range_is_short_for_the_interval_that_was_told() {
    let found = |seconds, range| {
        let catalog = Schema::new(CATALOG).with_scrape_interval(std::time::Duration::from_secs(seconds));
        let rules = as_rules("promql", &format!("rate(cryptofunk_trades_total[{range}])"));
        Linter::new(catalog).lint(&[("rules.yml".to_owned(), rules)]).findings
    };
    assert_eq!((found(60, "2m"), found(5, "10s")), (vec![], vec![]));
    let short = found(60, "1m");
    assert_eq!(short[0].rule, LintRule::ShortRange);
    assert!(short[0].message.contains("one every 1m") && short[0].message.contains("write `[4m]`"), "{short:?}");
}

/// What the compiler says about the rule files of its tests, the linter says too, and nothing else.
#[test]
fn the_linter_and_the_compiler_agree() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut files = 0;
    for entry in fs::read_dir(root().join("tests/ui/rules")).expect("the folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "yml") {
            continue;
        }
        files += 1;
        let report = lint("rules.yml", &fs::read_to_string(&path).expect("a text"));
        let said = words(&fs::read_to_string(path.with_extension("stderr")).expect("what the compiler says"));
        if let [skipped] = &report.skipped[..] {
            // What the linter passes over is a mistake where rules are asked for.
            assert!(said.contains(&format!("line {}: this is {} [syntax]", skipped.line, skipped.what)), "{said}");
            continue;
        }
        assert!(!report.findings.is_empty(), "{}", path.display());
        for finding in &report.findings {
            let told = words(&format!("{} [{}]", finding.message, finding.rule.name()));
            assert!(said.contains(&told), "{}: the compiler does not say: {told}", path.display());
        }
        let named = |check: LintRule| said.matches(&format!("[{}]", check.name())).count();
        let told: usize = LintRule::ALL.into_iter().map(named).sum();
        // A file whose form is wrong is not compared with the catalogue by the compiler.
        assert!(told == report.findings.len() || said.starts_with("error: "), "{}: {told}", path.display());
    }
    assert!(files >= 15, "{files}");
    for file in ["deployments/prometheus/rules/trading.yml", "tests/pass/rules-as-a-constant.yml"] {
        let report = lint("rules.yml", &fs::read_to_string(root().join(file)).expect("a text"));
        assert_eq!(report.findings, [], "{file}");
    }
}

const DASHBOARD: &str = r#"{
  "title": "Shop",
  "panels": [
    {"title": "Row", "type": "row", "panels": [
      {"title": "Errors", "targets": [
        {"expr": "sum by (server) (rate(cryptofunk_mcp_requests_total{server=~\"$server\",status=\"error\"}[$__rate_interval]))",
         "legendFormat": "{{server}}"},
        {"expr": "sum by (server) (rate(cryptofunk_mcp_requests_total{status=\"failed\"}[$__rate_interval]))",
         "legendFormat": "{{ tool }}"}
      ]}
    ]},
    {"title": "Logs", "datasource": {"type": "loki"}, "targets": [{"expr": "{app=\"shop\"} |= \"error\""}]},
    {"title": "Top", "targets": [{"expr": "topk($n, rate(cryptofunk_trades_total[[[interval]]]))"}]},
    {"title": "Broken", "targets": [{"expr": "sum("}]}
  ],
  "templating": {"list": [
    {"name": "server", "type": "query", "query": "label_values(cryptofunk_mcp_requests_total, server)"},
    {"name": "wrong", "type": "query", "query": {"query": "label_values(cryptofunk_mcp_requests_total, tool)"}},
    {"name": "any", "type": "query", "query": "label_values(instance)"}
  ]},
  "annotations": {"list": [{"name": "Down", "expr": "cryptofunk_agent_helthy == 0"}]}
}"#;

#[test]
fn dashboards_are_read_with_their_variables() {
    let report = lint("shop.json", DASHBOARD);
    let found: Vec<_> =
        report.findings.iter().map(|one| (one.line.unwrap_or(0), one.rule, one.place.as_str())).collect();
    assert_eq!(
        found,
        [
            (8, LintRule::TemplateLabel, "panel `Errors`"),
            (8, LintRule::UnknownValue, "panel `Errors`"),
            (14, LintRule::Syntax, "panel `Broken`"),
            (18, LintRule::LostLabel, "variable `wrong`"),
            (21, LintRule::UnknownMetric, "annotation `Down`"),
        ]
    );
    assert!(report.unused.contains(&"cryptofunk_win_rate") && !report.unused.contains(&"cryptofunk_trades_total"));
    assert!(lint("shop.json", "{").findings[0].message.contains("no JSON"));
}

#[test]
fn recording_rules_of_all_files_are_known_to_all() {
    let record =
        "groups: [{name: a, rules: [{record: 'a:b', expr: 'sum by (server) (cryptofunk_mcp_sessions_active)'}]}]";
    let alert = "groups: [{name: a, rules: [{alert: A, expr: 'sum by (transport) (a:b) > 1'}]}]";
    let files = [("alert.yml".to_owned(), alert.to_owned()), ("record.yml".to_owned(), record.to_owned())];
    assert_eq!(checks(&Linter::new(CATALOG).lint(&files)), [LintRule::LostLabel]);
    assert_eq!(checks(&lint("alert.yml", alert)), [LintRule::UndefinedRecord]);
}

#[test]
fn labels_of_the_scrape_configuration_can_be_told() {
    let rules = "groups: [{name: a, rules: [{alert: A, expr: 'sum by (cluster) (up{cluster=\"a\"}) == 0'}]}]";
    let files = [("a.yml".to_owned(), rules.to_owned())];
    assert_eq!(checks(&Linter::new(CATALOG).lint(&files)), [LintRule::LostLabel]);
    assert_eq!(checks(&Linter::new(Schema::new(CATALOG).with_target_labels(&["cluster"])).lint(&files)), []);
    assert_eq!(checks(&Linter::new(Schema::new(CATALOG).with_foreign(&[""])).lint(&files)), []);
}

#[test]
fn a_catalogue_is_read_from_its_json() {
    let text = fs::read_to_string(root().join("docs/catalog.json")).expect("the catalogue");
    let catalog = read_catalog(&text).expect("a catalogue").catalog;
    assert_eq!(catalog.iter().count(), CATALOG.iter().count());
    for (read, ours) in catalog.iter().zip(CATALOG.iter()) {
        assert_eq!((read.name, read.kind, read.help, read.buckets), (ours.name, ours.kind, ours.help, ours.buckets));
    }
    let rules = "groups: [{name: a, rules: [{alert: A, expr: 'cryptofunk_agent_healthy{agent=\"trend\"} == 0'}]}]";
    let report = Linter::new(catalog).lint(&[("a.yml".to_owned(), rules.to_owned())]);
    assert_eq!(checks(&report), [LintRule::UnknownValue]);
    assert!(matches!(read_catalog("{}"), Err(CatalogError::Json(_))));
    let twice = r#"{"families": [{"name": "a", "type": "gauge"}, {"name": "a", "type": "gauge"}]}"#;
    assert!(matches!(read_catalog(twice), Err(CatalogError::Twice(name)) if name == "a"));
}

#[test]
fn values_on_demand_and_conventions_are_written_and_read() {
    const LABELS: &[LabelDescriptor] = &[
        LabelDescriptor { name: "tool", values: LabelValues::OnDemand(&["forecast", "unknown"]) },
        LabelDescriptor { name: "status", values: LabelValues::Closed(&["error", "success"]) },
        LabelDescriptor { name: "station", values: LabelValues::Open { limit: 20 } },
        LabelDescriptor { name: "server", values: LabelValues::Fixed },
    ];
    const FAMILIES: &[MetricDescriptor] = &[
        MetricDescriptor {
            labels: LABELS,
            convention: Some("mcp"),
            ..MetricDescriptor::new("weather_mcp_errors_total", MetricKind::Counter)
        },
        MetricDescriptor::new("weather_wind", MetricKind::Gauge),
        MetricDescriptor {
            buckets: &[0.1, 1.0],
            native: Some(NativeHistogram::DEFAULT.with_schema(5).with_max_buckets(320).with_zero_threshold(0.25)),
            ..MetricDescriptor::new("weather_wait_seconds", MetricKind::Histogram)
        },
    ];
    let system = System {
        categories: &[Category { title: "Weather", families: FAMILIES }],
        schema: Catalog::new(&[FAMILIES]).into(),
        components: &[],
        rules: &[],
        queries: &[],
        dashboards: &[],
        runbook: &[],
    };
    let text = system.json("a test");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["families"][0]["convention"], "mcp");
    assert!(json["families"][1]["convention"].is_null());
    assert_eq!(json["families"][0]["labels"][0]["kind"], "on_demand");
    let read = read_catalog(&text).expect("a catalogue").catalog;
    assert_eq!(read.iter().collect::<Vec<_>>(), FAMILIES.iter().collect::<Vec<_>>());
    // Values on demand are all that there are.
    let rules = as_rules("promql", r#"rate(weather_mcp_errors_total{tool="forecasts"}[5m])"#);
    let found = Linter::new(read).lint(&[("a.yml".to_owned(), rules)]);
    assert_eq!(checks(&found), [LintRule::UnknownValue]);
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metrics-lint"));
    command.current_dir(root()).args(arguments).output().expect("the linter runs")
}

#[test]
fn the_command_says_what_is_wrong_and_how_it_ended() {
    let shipped = "deployments/prometheus/rules/trading.yml";
    let right = run(&["--catalog", "docs/catalog.json", shipped]);
    assert_eq!((right.status.code(), right.stdout.len()), (Some(0), 0));
    let summary = String::from_utf8_lossy(&right.stderr);
    assert!(summary.starts_with("read 1 rule file with ") && summary.lines().count() == 1, "{summary}");
    let unused = run(&["--catalog", "docs/catalog.json", "--unused", "-q", shipped]);
    let note = String::from_utf8_lossy(&unused.stderr);
    assert!(note.contains("no query here asks for ") && note.contains("cryptofunk_mcp_requests_in_flight"), "{note}");

    let wrong = "tests/ui/rules/guide-high-error-rate.yml";
    let out = run(&["--catalog", "docs/catalog.json", wrong]);
    assert_eq!(out.status.code(), Some(1));
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(text.starts_with(&format!("{wrong}:5:15: same-series: every series of")), "{text}");
    // This is wrong whatever the catalogue.
    assert_eq!(run(&[wrong]).status.code(), Some(1));
    assert_eq!(run(&[wrong, "--allow", "same-series"]).status.code(), Some(0));
    let github = run(&["--format", "github", wrong]);
    let text = String::from_utf8_lossy(&github.stdout);
    assert!(text.starts_with(&format!("::error file={wrong},line=5,col=15,title=same-series::")), "{text}");
    let json: serde_json::Value =
        serde_json::from_slice(&run(&["--format", "json", wrong]).stdout).expect("it is JSON");
    assert_eq!(json["findings"][0]["check"], "same-series");
    assert_eq!(json["summary"]["rule_files"], 1);
    let sarif = run(&["--format", "sarif", wrong]);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("it is JSON");
    assert_eq!(
        (&sarif["version"], &sarif["runs"][0]["tool"]["driver"]["name"]),
        (&"2.1.0".into(), &"metrics-lint".into())
    );
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"same-series".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], wrong);
    assert_eq!(place["region"], serde_json::json!({"startLine": 5, "startColumn": 15, "endColumn": 112}));

    let unknown = "tests/ui/rules/unknown-metric.yml";
    assert_eq!(run(&["--catalog", "docs/catalog.json", unknown]).status.code(), Some(1));
    assert_eq!(run(&["--catalog", "docs/catalog.json", "--foreign", "cryptofunk_", unknown]).status.code(), Some(0));
    assert_eq!(run(&[unknown]).status.code(), Some(0));

    for arguments in [&["no-such-file.yml"][..], &[], &["--catalog", shipped, wrong], &[wrong, "--allow", "everything"]]
    {
        let out = run(arguments);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        assert!(!out.stderr.is_empty());
    }
    // A file that is missing costs itself alone.
    let out = run(&["no-such-file.yml", wrong]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stdout).contains("same-series"));
}

#[test]
fn the_query_is_shown_with_marks_under_its_place() {
    let mut lint = Command::new(env!("CARGO_BIN_EXE_metrics-lint"));
    let mut lint = lint
        .args(["--catalog", "docs/catalog.json", "-v", "-"])
        .current_dir(root())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the linter runs");
    let rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |\n      up == 0 or\n      max(cryptofunk_win_rat) > 1\n---\nkind: Service\n";
    lint.stdin.take().expect("a pipe").write_all(rules.as_bytes()).expect("it reads");
    let out = lint.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(
        text.starts_with(
            "-:7:11: unknown-metric: unknown metric `cryptofunk_win_rat`; did you mean `cryptofunk_win_rate`?"
        ),
        "{text}"
    );
    assert!(
        text.ends_with("\n  in group `g`, alert `A`\n    max(cryptofunk_win_rat) > 1\n        ^^^^^^^^^^^^^^^^^^\n"),
        "{text}"
    );
    assert_eq!(
        String::from_utf8_lossy(&out.stderr),
        "skipped: -:9: a Service\nread 1 rule file with 1 rule, 0 dashboards and 1 query; skipped 1 document (-v names them)\n"
    );
}

#[test]
fn a_server_that_says_nothing_is_not_awaited_for_ever() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/metrics", listener.local_addr().expect("an address"));
    let out = run(&["--live-timeout", "200ms", "--live", &address]);
    assert_eq!(out.status.code(), Some(2));
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(error.contains("cannot read http://127.0.0.1:") && error.contains("timeout"), "{error}");
}
