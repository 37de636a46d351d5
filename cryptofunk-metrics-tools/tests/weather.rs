//! The linter on a catalogue of any namespace: a stranger's rules and dashboard, wrong and right side by side.

use std::{fs, path::PathBuf, process::Command};

use cryptofunk_metrics::{Catalog, Label, metrics};
use cryptofunk_metrics_query::{LintRule, Schema};
use cryptofunk_metrics_tools::{
    docs::{Category, System},
    lint::{Linter, read_catalog},
};

#[derive(Label, Debug, Clone, Copy)]
#[allow(dead_code, reason = "nothing is recorded here")]
enum Sky {
    Clear,
    Cloudy,
    Rain,
}

/// A station, by its name in the code.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
#[allow(dead_code, reason = "nothing is recorded here")]
struct Station(&'static str);

/// What a weather station measures.
#[metrics(namespace = "weather")]
#[allow(dead_code, reason = "nothing is recorded here")]
mod station {
    use super::{Sky, Station};

    /// Forecasts by the sky that they promise.
    pub fn forecasts_total(sky: Sky, station: Station) -> Counter;

    /// The temperature now.
    #[metric(allow_name = "meteorologists measure so")]
    pub fn temperature_celsius(station: Station) -> Gauge;

    /// How long a forecast takes.
    #[metric(buckets = [0.1, 1.0, 10.0])]
    pub fn forecast_duration_seconds() -> Histogram;
}

const CATALOG: Catalog = Catalog::new(&[station::METRICS]);
const STATIONS: Schema = Schema::new(CATALOG).with_values("station", &["north", "south"]);

fn system() -> System<'static> {
    System {
        categories: &[Category { title: "Weather", families: station::METRICS }],
        schema: STATIONS,
        components: &[],
        rules: &[],
        queries: &[],
        dashboards: &[],
        runbook: &[],
    }
}

/// A query of a rule: the wrong form, what is found in it, and the right one.
const QUERIES: [(&str, LintRule, &str); 9] = [
    ("weather_forecast_total > 0", LintRule::UnknownMetric, "rate(weather_forecasts_total[5m]) > 0"),
    (
        r#"rate(weather_forecasts_total{sky="snow"}[5m]) > 0"#,
        LintRule::UnknownValue,
        r#"rate(weather_forecasts_total{sky="rain"}[5m]) > 0"#,
    ),
    (
        r#"weather_temperature_celsius{station="east"} > 40"#,
        LintRule::UnknownValue,
        r#"weather_temperature_celsius{station="south"} > 40"#,
    ),
    (r#"weather_temperature_celsius{sky="clear"} > 40"#, LintRule::UnknownLabel, "weather_temperature_celsius > 40"),
    ("rate(weather_temperature_celsius[1h]) > 1", LintRule::RateOfGauge, "deriv(weather_temperature_celsius[1h]) > 1"),
    ("weather_forecasts_total > 100", LintRule::BareCounter, "increase(weather_forecasts_total[1h]) > 100"),
    (
        "histogram_quantile(0.9, sum(rate(weather_forecast_duration_seconds_bucket[5m]))) > 5",
        LintRule::QuantileWithoutBuckets,
        "histogram_quantile(0.9, sum by (le) (rate(weather_forecast_duration_seconds_bucket[5m]))) > 5",
    ),
    (
        "sum by (sky) (sum by (station) (rate(weather_forecasts_total[5m]))) > 0",
        LintRule::LostLabel,
        "sum by (sky) (sum by (station, sky) (rate(weather_forecasts_total[5m]))) > 0",
    ),
    (
        "sum by (sky) (rate(weather_forecasts_total[5m])) / sum(rate(weather_forecasts_total[5m])) > 0.5",
        LintRule::SidesNeverMatch,
        "sum by (sky) (rate(weather_forecasts_total[5m])) / scalar(sum(rate(weather_forecasts_total[5m]))) > 0.5",
    ),
];

/// A rule file with an alert a query.
fn rules<'q>(queries: impl Iterator<Item = &'q str>) -> String {
    let alerts =
        queries.enumerate().map(|(i, query)| format!("      - alert: A{i}\n        expr: |\n          {query}\n"));
    format!("groups:\n  - name: weather\n    rules:\n{}", alerts.collect::<String>())
}

/// A dashboard with a panel of this query and legend, and a variable of this label.
fn dashboard(query: &str, legend: &str, label: &str) -> String {
    serde_json::json!({
        "title": "Weather",
        "panels": [{"title": "Panel", "targets": [{"expr": query, "legendFormat": legend}]}],
        "templating": {"list": [
            {"name": label, "type": "query", "query": format!("label_values(weather_temperature_celsius, {label})")},
        ]},
    })
    .to_string()
}

fn found(schema: Schema, name: &str, text: String) -> Vec<LintRule> {
    let report = Linter::new(schema).lint(&[(name.to_owned(), text)]);
    report.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn rules_of_any_namespace_are_checked() {
    let wrong = rules(QUERIES.iter().map(|(wrong, ..)| *wrong));
    assert_eq!(found(STATIONS, "rules.yml", wrong), QUERIES.map(|(_, rule, _)| rule));
    let right = rules(QUERIES.iter().map(|(.., right)| *right));
    assert_eq!(found(STATIONS, "rules.yml", right), []);
}

#[test]
fn dashboards_of_any_namespace_are_checked() {
    let right = "sum by (station) (rate(weather_forecasts_total{station=~\"$station\"}[$__rate_interval]))";
    assert_eq!(found(STATIONS, "weather.json", dashboard(right, "{{station}}", "station")), []);
    let wrong = "sum by (station) (rate(weather_forecasts_total{cloud=\"north\"}[$__rate_interval]))";
    assert_eq!(
        found(STATIONS, "weather.json", dashboard(wrong, "{{sky}}", "sky")),
        [LintRule::TemplateLabel, LintRule::UnknownLabel, LintRule::LostLabel]
    );
}

#[test]
fn the_command_reads_the_catalogue_that_a_system_writes() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let catalog = file("weather-catalog.json", system().json("a test"));
    let run = |files: [PathBuf; 2]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_metrics-lint"));
        let out = command.args(["--format", "json", "--catalog"]).arg(&catalog).args(files).output().expect("it runs");
        let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("it is JSON");
        let found = json["findings"].as_array().expect("a list").iter().map(|one| one["check"].clone());
        (out.status.code(), found.collect::<Vec<_>>())
    };
    let right = [
        file("right.yml", rules(QUERIES.iter().map(|(.., right)| *right))),
        file("right.json", dashboard("weather_temperature_celsius", "{{station}}", "station")),
    ];
    assert_eq!(run(right), (Some(0), vec![]));
    let wrong = [
        file("wrong.yml", rules(QUERIES.iter().map(|(wrong, ..)| *wrong))),
        file("wrong.json", dashboard("weather_temperature_fahrenheit", "{{station}}", "station")),
    ];
    let names = QUERIES.iter().map(|(_, rule, _)| rule.name()).chain(["unknown-metric"]);
    assert_eq!(run(wrong), (Some(1), names.map(serde_json::Value::from).collect()));
}

#[test]
fn the_catalogue_is_read_back_as_it_was_declared() {
    let read = read_catalog(&system().json("a test")).expect("a catalogue").catalog;
    for (read, ours) in read.iter().zip(station::METRICS) {
        assert_eq!((read.name, read.help, read.kind, read.buckets), (ours.name, ours.help, ours.kind, ours.buckets));
        let names = |labels: &[cryptofunk_metrics::descriptor::LabelDescriptor]| {
            labels.iter().map(|label| label.name).collect::<Vec<_>>()
        };
        assert_eq!(names(read.labels), names(ours.labels));
    }
}
