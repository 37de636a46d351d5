//! Packs of a stranger's system: what they ask for exists, and what they say is read back.

use std::{collections::BTreeSet, path::Path, process::Command};

use cryptofunk_metrics::{
    Agent, Catalog, Component, Label, agent, component,
    descriptor::{ComponentDescriptor, ComponentKind},
    mcp_server, metrics, promql,
};
use cryptofunk_metrics_query::{Alert as RuleAlert, Query, Rules, Schema};
use cryptofunk_metrics_tools::{
    docs::{Category, Dashboard, Example, Line, Look, Panel, Row, RunbookEntry, Unit},
    lint::{Linter, read_catalog},
    pack::{Pack, PackError, PackFile},
};

/// A city that somebody asks about.
#[derive(Label, Debug)]
#[label(open, limit = 3)]
struct City(String);

#[metrics(namespace = "meteo", convention = "mcp", lazy)]
mod guide {
    use super::City;

    /// Answers that came from the cache.
    pub fn cache_hits_total(city: City) -> Counter;
}

#[metrics(namespace = "meteo", convention = "otel-mcp", lazy)]
mod otel {}

#[metrics(namespace = "meteo", convention = "mcp", lazy)]
#[convention(without(
    errors_total,
    tool_errors_total,
    request_duration_seconds,
    sessions_active,
    result_bytes,
    component
))]
mod few {}

#[metrics(namespace = "meteo", convention = ["agent", "llm"], lazy)]
mod minds {}

struct Guide;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = guide, slo(success = 90, latency(99 < "500ms")))]
impl Guide {
    /// The weather of today.
    #[mcp_tool(slo(success = 99.9, latency(99 < "200ms")))]
    async fn today(&self) {}

    /// The weather of a week.
    #[mcp_tool(slo(success = 99.9, latency(99.5 < "1s")))]
    async fn week(&self) {}

    /// The climate, which takes its time.
    #[mcp_tool]
    async fn climate(&self) {}
}

struct Tides;

/// Knows the tides.
#[mcp_server(name = "tides", port = 9301, families = guide, slo(success = 99))]
impl Tides {
    /// The next high tide.
    #[mcp_tool(slo(success = 99.9))]
    async fn high(&self) {}
}

struct Otel;

/// Knows the weather under OpenTelemetry's names.
#[mcp_server(name = "weather", port = 9300, families = otel, slo(success = 99.5, latency(95 < "1m")))]
impl Otel {
    /// The weather of today.
    #[mcp_tool(slo(success = 99.9, latency(99 < "200ms")))]
    async fn today(&self) {}
}

struct Few;

/// Records little.
#[mcp_server(name = "few", port = 9302, families = few)]
impl Few {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct Mind;

/// Thinks.
#[agent(name = "mind", port = 9303, families = minds)]
impl Mind {}

struct Store;

/// Keeps what was measured.
#[component(name = "store", port = 9304, families = minds)]
impl Store {}

const GUIDE: Catalog = Catalog::new(&[guide::METRICS]);
const OTEL: Catalog = Catalog::new(&[otel::METRICS]);
const FEW: Catalog = Catalog::new(&[few::METRICS]);
const ALL: Catalog = Catalog::new(&[guide::METRICS, minds::METRICS]);
const COMPONENTS: &[ComponentDescriptor] = &[Guide::DESCRIPTOR, Tides::DESCRIPTOR, Mind::DESCRIPTOR, Store::DESCRIPTOR];

/// Packs of every kind, with their catalogues.
fn packs() -> [(&'static str, Catalog, Pack); 5] {
    [
        ("guide", GUIDE, Pack::new("guide", GUIDE, &[Guide::DESCRIPTOR, Tides::DESCRIPTOR])),
        ("otel", OTEL, Pack::new("otel", OTEL, &[Otel::DESCRIPTOR])),
        ("few", FEW, Pack::new("few", FEW, &[Few::DESCRIPTOR])),
        ("all", ALL, Pack::new("all", ALL, COMPONENTS)),
        ("short", ALL, Pack::new("short", ALL, COMPONENTS).windows_divided_by(60)),
    ]
}

fn files(pack: &Pack) -> Vec<PackFile> {
    pack.files().expect("everything is declared")
}

fn text<'f>(files: &'f [PackFile], path: &str) -> &'f str {
    files.iter().find(|file| file.path == path).map(|file| &*file.text).unwrap_or_else(|| panic!("no {path}"))
}

#[test]
fn the_linter_finds_nothing_in_packs() {
    for (name, catalog, pack) in packs() {
        let files = files(&pack);
        let asked: Vec<(String, String)> = files
            .iter()
            .filter(|file| !file.path.ends_with(".md"))
            .map(|file| (file.path.clone(), file.text.clone()))
            .collect();
        let mut schema = Schema::new(catalog);
        if name == "short" {
            schema = schema.with_scrape_interval(std::time::Duration::from_millis(500));
        }
        let report = Linter::new(schema).lint(&asked);
        let found: Vec<String> = report
            .findings
            .iter()
            .map(|one| format!("{} {:?} {}: {} {:?}", one.file, one.line, one.place, one.message, one.query))
            .collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
        assert!(report.rules > 0 && report.dashboards >= 3, "{name}: {} rules", report.rules);
    }
}

#[test]
fn promises_become_budgets_and_alerts() {
    let files = files(&Pack::new("guide", GUIDE, &[Guide::DESCRIPTOR, Tides::DESCRIPTOR]));
    let rules = text(&files, "prometheus/guide.rules.yml");
    for part in [
        "      - record: server_tool:meteo_mcp_failed_tool_calls:budget\n        expr: vector(0.001)\n        labels:\n          server: \"tides\"\n          tool: \"high\"\n",
        "      - record: server:meteo_mcp_failed_requests:budget\n        expr: vector(0.1)\n        labels:\n          server: \"weather\"\n",
        // 14.4 times a tenth would be more than everything.
        "server:meteo_mcp_failed_requests:ratio_rate1h > clamp_max(14.4 * server:meteo_mcp_failed_requests:budget, 0.55)",
        "server_tool:meteo_mcp_failed_tool_calls:ratio_rate1h > 14.4 * server_tool:meteo_mcp_failed_tool_calls:budget\n",
        r#"rate(meteo_mcp_tool_errors_total{server="weather",type=~"tool_error|timeout|panic|internal",tool=~"today|week"}[1h])"#,
        r#"rate(meteo_mcp_tool_call_duration_seconds_bucket{server="weather",tool="today",le="0.2"}[3d])"#,
        // Prometheus 3 writes the bound of a second as 1.0.
        r#"rate(meteo_mcp_tool_call_duration_seconds_bucket{server="weather",tool="week",le=~"1|1\\.0"}[3d])"#,
    ] {
        assert!(rules.contains(part), "{part}");
    }
    assert!(!rules.contains("climate"), "a tool that promises nothing has no budget");
}

#[test]
fn what_is_left_out_is_not_asked_for() {
    let few = files(&Pack::new("few", FEW, &[Few::DESCRIPTOR]));
    let rules = text(&few, "prometheus/few.rules.yml");
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert_eq!(alerts, ["MCPServerDown", "HighMCPErrorRate", "MCPToolSlow"]);
    let all = files(&Pack::new("all", ALL, COMPONENTS));
    let rules = text(&all, "prometheus/all.rules.yml");
    let alerts: BTreeSet<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    for alert in [
        "AgentUnhealthy",
        "AgentSilent",
        "LLMErrors",
        "ComponentUnhealthy",
        "MCPSessionsSaturated",
        "MCPLatencyBudgetBurns",
    ] {
        assert!(alerts.contains(alert), "{alert} of {alerts:?}");
    }
    let runbook = text(&all, "RUNBOOK.md");
    assert!(alerts.iter().all(|alert| runbook.contains(&format!("\n## {alert}\n"))));
    assert!(rules.contains(r#"up{job=~"store|agents"} == 0"#));
}

#[test]
fn a_catalogue_that_is_read_back_makes_the_same_pack() {
    let pack = Pack::new("all", ALL, COMPONENTS).made_by("a test");
    let ours = files(&pack);
    let declared = read_catalog(text(&ours, "catalog.json")).expect("a catalogue");
    assert_eq!(
        declared.components.iter().map(|one| one.objective).collect::<Vec<_>>(),
        COMPONENTS.iter().map(|one| one.objective).collect::<Vec<_>>()
    );
    assert_eq!(
        declared.components.iter().map(|one| one.tools).collect::<Vec<_>>(),
        COMPONENTS.iter().map(|one| one.tools).collect::<Vec<_>>()
    );
    let read = files(&Pack::new("all", declared.catalog, declared.components.leak()).made_by("a test"));
    // The JSON has neither the reasons for names nor that a label is fixed.
    let is_made_of_names = |file: &&PackFile| file.path != "catalog.json" && file.path != "METRICS.md";
    for (ours, read) in ours.iter().zip(&read).filter(|(ours, _)| is_made_of_names(ours)) {
        assert!(ours == read, "{}", ours.path);
    }
}

#[test]
fn every_file_names_the_command_that_makes_it() {
    for file in files(&Pack::new("all", ALL, COMPONENTS).made_by("weather generate")) {
        let first = file.text.lines().next().unwrap_or_default();
        let says = if file.path.ends_with(".json") { &file.text } else { first };
        assert!(says.contains("weather generate"), "{}", file.path);
    }
}

#[test]
fn files_that_drift_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = Pack::new("few", FEW, &[Few::DESCRIPTOR]).made_by("weather generate");
    let said = pack.check(folder.path()).expect_err("nothing is there").to_string();
    assert!(
        said.contains("prometheus/few.rules.yml is not there") && said.ends_with("`weather generate` writes them anew"),
        "{said}"
    );
    let written = pack.write(folder.path()).expect("it is written");
    assert_eq!(written.len(), files(&pack).len());
    pack.check(folder.path()).expect("it is what was written");
    assert_eq!(pack.write(folder.path()).expect("it is written"), [""; 0]);
    let stricter = pack.few_failures(7);
    let said = stricter.check(folder.path()).expect_err("it differs").to_string();
    assert!(said.contains("prometheus/few.rules.yml, line ") && !said.contains("METRICS.md"), "{said}");
}

#[test]
fn what_cannot_be_made_is_told() {
    let told = |catalog: Catalog, components| match Pack::new("a", catalog, components).files() {
        Ok(_) => panic!("it was made"),
        Err(error) => error,
    };
    let none = told(Catalog::new(&[]), &[]);
    assert!(matches!(none, PackError::Nothing), "{none}");
    // The catalogue of another server.
    let uncounted = told(FEW, const { &[Guide::DESCRIPTOR] });
    assert!(
        uncounted.to_string().starts_with("`weather` promises something that the catalogue does not count"),
        "{uncounted}"
    );
    const TWO: Catalog = Catalog::new(&[guide::METRICS, cryptofunk_metrics::catalog::mcp::METRICS]);
    let two = told(TWO, &[]).to_string();
    assert!(two.contains("meteo_mcp_") && two.contains("cryptofunk_mcp_"), "{two}");
}

const HITS: Query = promql!(ALL, "sum(rate(meteo_cache_hits_total[5m]))");
const OVERVIEW: Dashboard = Dashboard {
    uid: "all-overview",
    title: "Meteo",
    description: "The weather.",
    variables: &[],
    rows: &[Row {
        title: "Cache",
        panels: &[Panel::number("Hits", Unit::PerSecond, &[Line { query: HITS, legend: "" }])],
    }],
};
const CACHE: Dashboard = Dashboard { uid: "cache", title: "Cache", ..OVERVIEW };

const fn advice(alert: &'static str) -> RunbookEntry {
    RunbookEntry {
        alert,
        means: "Nobody knows whether it rains.",
        look: &[Look { tells: "Whether anybody asks:", query: HITS }],
        mend: "Look out of the window.",
    }
}

fn told(pack: &Pack) -> String {
    pack.files().map(|_| ()).expect_err("it does not fit").to_string()
}

#[test]
fn what_is_ones_own_is_added() {
    let pack = Pack::new("all", ALL, COMPONENTS)
        .categories(const { &[Category { title: "Weather", families: guide::METRICS }] })
        .queries(const { &[Example { topic: "Cache", title: "Hits", query: HITS }] })
        .dashboards(const { &[OVERVIEW, CACHE] })
        .runbook(const { &[advice("MCPServerDown")] });
    let files = files(&pack);
    let overview = text(&files, "grafana/all-overview.json");
    let (hits, targets) = (overview.find("\"Hits\""), overview.find("\"Targets down\""));
    assert!(hits.is_some() && hits < targets, "{hits:?} {targets:?}");
    assert!(overview.contains("\"title\": \"Meteo\"") && overview.contains("\"url\": \"/d/cache\""));
    assert!(text(&files, "grafana/cache.json").contains("\"url\": \"/d/all-overview\""));
    let runbook = text(&files, "RUNBOOK.md");
    for part in [
        "Clients that call it get nothing. Nobody knows whether it rains.\n",
        "Whether anybody asks:",
        "something that it cannot reach. Look out of the window.\n",
    ] {
        assert!(runbook.contains(part), "{part}");
    }
    assert!(text(&files, "QUERIES.md").contains("\n## Cache\n\nHits:\n"));
    assert!(text(&files, "METRICS.md").contains("\n## Weather\n"));
    let told = told(&pack.runbook(const { &[advice("Thunder")] }));
    assert_eq!(told, "the runbook speaks of the alert `Thunder`, which no rule has");
}

#[test]
fn alerts_of_ones_own_have_advice_and_a_dashboard() {
    const QUIET: RuleAlert = RuleAlert {
        name: "Quiet",
        group: "own",
        query: HITS,
        wait: "5m",
        labels: &[("severity", "info")],
        annotations: &[("dashboard", "/d/cache")],
    };
    let pack = Pack::new("all", ALL, COMPONENTS).rules(const { &[Rules::new(&[QUIET], &[])] });
    assert!(told(&pack).starts_with("the runbook says nothing about the alert `Quiet`"));
    let pack = pack.runbook(const { &[advice("Quiet")] });
    assert!(told(&pack).starts_with("the alert `Quiet` links to /d/cache, which is no dashboard"));
    let files = files(&pack.dashboards(const { &[CACHE] }));
    assert!(text(&files, "RUNBOOK.md").contains("\n## Quiet\n"));
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metrics-pack"));
    let out = command.current_dir(folder).args(arguments).output().expect("it runs");
    (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
}

#[test]
fn the_command_writes_and_checks() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = files(&Pack::new("all", ALL, COMPONENTS));
    std::fs::write(folder.path().join("catalog.json"), text(&ours, "catalog.json")).expect("a file");
    let arguments = ["catalog.json", "--name", "meteo", "--server-job", "mcp", "--windows-divided-by", "60"];
    let check = [&arguments[..], &["--check"]].concat();
    assert_eq!(run(folder.path(), &check).0, Some(1));
    assert_eq!(run(folder.path(), &arguments).0, Some(0));
    assert_eq!(run(folder.path(), &check), (Some(0), String::new()));
    let rules = folder.path().join("monitoring/prometheus/meteo.rules.yml");
    let written = std::fs::read_to_string(&rules).expect("rules");
    let first = "# Made by `metrics-pack catalog.json --name meteo --server-job mcp --windows-divided-by 60`; a change of it is lost.\n";
    assert!(written.starts_with(first) && written.contains("up{job=\"mcp\"} == 0"), "{written}");
    std::fs::write(&rules, written.replace("== 0", "== 1")).expect("a file");
    let (code, said) = run(folder.path(), &check);
    assert!(code == Some(1) && said.contains("prometheus/meteo.rules.yml, line "), "{said}");
    let (code, said) = run(folder.path(), &["nothing.json", "--name", "meteo"]);
    assert!(code == Some(2) && said.contains("cannot read nothing.json"), "{said}");
}

#[test]
fn a_job_is_quoted_or_refused() {
    let pack = |job| Pack::new("shop", GUIDE, &[Guide::DESCRIPTOR]).job(ComponentKind::McpServer, job);
    let rules = files(&pack(r#"the "first""#));
    let rules = text(&rules, "prometheus/shop.rules.yml");
    assert!(rules.contains(r#"up{job="the \"first\""} == 0"#), "{rules}");
    let error = pack("a(|b").files().expect_err("no regular expression").to_string();
    assert!(error.starts_with("the job `a(|b` is no value of a label, and no regular expression: "), "{error}");
}

#[test]
fn jobs_are_those_of_the_configuration() {
    let pack =
        Pack::new("all", ALL, COMPONENTS).job(ComponentKind::McpServer, "mcp").job(ComponentKind::Service, "rest");
    let files = files(&pack);
    let rules = text(&files, "prometheus/all.rules.yml");
    assert!(rules.contains("up{job=\"mcp\"} == 0") && rules.contains("up{job=~\"rest|agents\"} == 0"));
    let _ = Mind::NAME;
    fn is_agent<A: Agent>() {}
    is_agent::<Mind>();
}
