//! Documents, dashboards and the linter on the stranger's catalogue.

use cryptofunk_metrics::query::LintRule;
use cryptofunk_metrics_tools::lint::{Linter, Report};
use serde_json::Value;
use weather::monitoring::{CATALOG, DASHBOARD, SCHEMA, SYSTEM};

fn lint(name: &str, text: &str) -> Report {
    Linter::new(SCHEMA).lint(&[(name.to_owned(), text.to_owned())])
}

#[test]
fn the_markdown_shows_every_family() {
    let markdown = SYSTEM.markdown("# What we measure");
    for family in CATALOG.iter() {
        // Once, although each of the three has the families of components.
        assert_eq!(markdown.matches(&format!("### `{}`\n", family.name)).count(), 1, "{}", family.name);
        assert!(markdown.contains(family.help), "{}", family.help);
    }
    assert!(markdown.contains("DatabaseFull") && markdown.contains("urgent"));
    assert!(!markdown.contains("cryptofunk"), "{markdown}");
}

#[test]
fn the_json_has_every_family_and_component() {
    let text = SYSTEM.json("the test");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let names = |key: &str| -> Vec<String> {
        let all = json[key].as_array().unwrap_or_else(|| panic!("a list `{key}`"));
        all.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    let mut families = names("families");
    families.sort();
    let mut declared: Vec<_> = CATALOG.iter().map(|family| family.name).collect();
    declared.sort_unstable();
    assert_eq!(families, declared);
    assert_eq!(names("components"), ["weather", "sorter", "stations"]);
    assert!(!text.contains("cryptofunk"));
}

#[test]
fn the_dashboard_is_right_in_the_eyes_of_the_linter() {
    let json = DASHBOARD.json("the test", &[]);
    assert!(!json.contains("cryptofunk"));
    assert_eq!(lint("dashboard.json", &json).findings, []);
    let wrong = json.replace("weather_database_connections_max", "weather_database_connections_maximum");
    let found = lint("dashboard.json", &wrong).findings;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule, LintRule::UnknownMetric);
    assert!(found[0].message.contains("did you mean `weather_database_connections_max`"), "{found:?}");
}

#[test]
fn the_linter_tells_right_queries_from_wrong_ones() {
    let rule = |query: &str| format!("groups: [{{name: w, rules: [{{record: 'w:x', expr: '{query}'}}]}}]");
    for right in [
        "sum by (type) (rate(weather_agent_signals_total[5m]))",
        "weather_component_healthy == 0",
        "histogram_quantile(0.9, sum by (le, route) (rate(weather_http_request_duration_seconds_bucket[5m])))",
    ] {
        assert_eq!(lint("rules.yml", &rule(right)).findings, [], "{right}");
    }
    for (wrong, expected) in [
        ("rate(weather_database_connections_active[5m])", LintRule::RateOfGauge),
        ("sum by (kind) (rate(weather_agent_signals_total[5m]))", LintRule::LostLabel),
        (r#"rate(weather_agent_signals_total{type="buy"}[5m])"#, LintRule::UnknownValue),
        ("rate(cryptofunk_agent_signals_total[5m])", LintRule::UnknownMetric),
    ] {
        let found = lint("rules.yml", &rule(wrong)).findings;
        assert!(found.iter().any(|finding| finding.rule == expected), "{wrong}: {found:?}");
    }
}
