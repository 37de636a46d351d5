//! Which data source a query of a dashboard asks.

use std::collections::BTreeMap;

use jsonc_parser::ast::{Object, Value};

use crate::lint::{
    asked::Language,
    json::{inner, members, objects, text},
};

/// A data source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DataSource {
    /// One that speaks PromQL.
    Prometheus(Language),
    /// Another one, by its type or name.
    Other(String),
    /// Nothing says what it is.
    Unknown,
}

/// A data source with the name that a dashboard has for it; that of the default one is empty.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) kind: DataSource,
    pub(super) name: String,
}

/// The data sources that inputs and variables of a dashboard stand for.
#[derive(Debug, Default)]
pub(super) struct DataSources {
    /// The type of plugin by the name of the input or variable.
    by_name: BTreeMap<String, String>,
}

impl Source {
    pub(super) const DEFAULT: Source = Source { kind: DataSource::Unknown, name: String::new() };
}

impl DataSources {
    /// Those of a dashboard as Grafana exports it.
    pub(super) fn of(dashboard: &Object<'_>) -> Self {
        let mut by_name = BTreeMap::new();
        for input in objects(dashboard.get_array("__inputs")) {
            if text(input, "type") == "datasource" {
                by_name.insert(text(input, "name"), text(input, "pluginId"));
            }
        }
        let variables = dashboard.get_object("templating").and_then(|part| part.get_array("list"));
        for variable in objects(variables).filter(|variable| text(variable, "type") == "datasource") {
            by_name.insert(text(variable, "name"), text(variable, "query"));
        }
        // Of the schema v2.
        for variable in members(dashboard, "variables").iter().filter(|of| text(of, "kind") == "DatasourceVariable") {
            if let Some(spec) = variable.get_object("spec") {
                by_name.insert(text(spec, "name"), text(spec, "pluginId"));
            }
        }
        DataSources { by_name }
    }

    /// The data source that a value of `datasource` names; nothing if it leaves that to what is around it.
    pub(super) fn named(&self, value: Option<&Value<'_>>) -> Option<DataSource> {
        match value? {
            Value::StringLit(name) => self.by_name(&name.value),
            Value::Object(of) => {
                let (kind, uid) = (text(of, "type"), text(of, "uid"));
                match &*kind {
                    "" | "datasource" | "mixed" | "default" => self.by_name(&uid),
                    _ if kind.starts_with(['$', '[']) => self.by_name(&kind),
                    _ => Some(of_type(&kind)),
                }
            }
            _ => None,
        }
    }

    /// The same with its name.
    pub(super) fn source(&self, value: Option<&Value<'_>>) -> Option<Source> {
        let name = match value? {
            Value::StringLit(name) => name.value.to_string(),
            Value::Object(of) => text(of, "uid"),
            _ => String::new(),
        };
        Some(Source { kind: self.named(value)?, name })
    }

    /// The data source of a query of the schema v2.
    pub(super) fn of_query(&self, query: &Object<'_>) -> Option<Source> {
        let name = inner(query, &["datasource"]).map(|of| text(of, "name")).unwrap_or_default();
        Some(Source { kind: self.kind_of_query(query, &name)?, name })
    }

    fn kind_of_query(&self, query: &Object<'_>, name: &str) -> Option<DataSource> {
        let kind = Some(text(query, "group")).filter(|kind| !kind.is_empty()).or_else(|| {
            let kind = text(query, "kind");
            (!kind.is_empty() && kind != "DataQuery").then_some(kind)
        });
        match kind {
            Some(kind) if kind.starts_with('$') => self.by_name(&kind),
            Some(kind) if kind != "datasource" => Some(of_type(&kind)),
            _ => self.by_name(name),
        }
    }

    fn by_name(&self, name: &str) -> Option<DataSource> {
        match name {
            "" | "default" | "-- Mixed --" | "mixed" => return None,
            "-- Grafana --" | "-- Dashboard --" | "grafana" | "__expr__" | "-100" => {
                return Some(DataSource::Other(name.to_owned()));
            }
            _ => {}
        }
        let variable = name.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let variable =
            variable.or_else(|| name.strip_prefix("[[")?.strip_suffix("]]")).or_else(|| name.strip_prefix('$'));
        let variable = variable.map(|name| name.split([':', '.']).next().unwrap_or(name));
        if let Some(kind) = variable.and_then(|variable| self.by_name.get(variable)).filter(|kind| !kind.is_empty()) {
            return Some(of_type(kind));
        }
        Some(guessed(name))
    }
}

/// The data source of a type of plugin.
fn of_type(kind: &str) -> DataSource {
    match guessed(kind) {
        DataSource::Unknown => DataSource::Other(kind.to_owned()),
        known => known,
    }
}

/// What a name or a type says by the words in it.
fn guessed(name: &str) -> DataSource {
    const OTHERS: &[&str] = &[
        "loki",
        "logs",
        "tempo",
        "jaeger",
        "zipkin",
        "trace",
        "influx",
        "graphite",
        "elastic",
        "opensearch",
        "mysql",
        "postgres",
        "mssql",
        "cloudwatch",
        "stackdriver",
        "azure-monitor",
        "testdata",
        "opentsdb",
        "pyroscope",
        "parca",
        "clickhouse",
        "splunk",
        "bigquery",
        "sqlite",
        "zabbix",
        "infinity",
        "athena",
        "timestream",
        "x-ray",
        "datadog",
        "newrelic",
        "dynatrace",
        "oracle",
        "mongodb",
        "redis",
        "snowflake",
        "github",
        "sentry",
        "alertmanager",
        "json",
    ];
    let lower = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["loki", "logs"]) {
        return DataSource::Other(name.to_owned());
    }
    if has(&["victoriametrics", "victoria-metrics", "vmselect", "metricsql"]) {
        return DataSource::Prometheus(Language::MetricsQl);
    }
    if has(&["prometheus", "prom-", "-prom", "ds_prom", "mimir", "thanos", "cortex", "promxy"]) || lower == "prom" {
        return DataSource::Prometheus(Language::PromQl);
    }
    if has(OTHERS) { DataSource::Other(name.to_owned()) } else { DataSource::Unknown }
}

#[cfg(test)]
mod tests {
    use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

    use super::*;

    #[test]
    fn data_sources_are_known_by_type_name_input_or_variable() {
        let dashboard = r#"{
            "__inputs": [{"name": "DS_A", "type": "datasource", "pluginId": "loki"},
                         {"name": "DS_B", "type": "datasource", "pluginId": "prometheus"}],
            "templating": {"list": [{"name": "logs", "type": "datasource", "query": "loki"},
                                    {"name": "ds", "type": "datasource", "query": "prometheus"}]}}"#;
        let parse =
            |text| parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).expect("JSON").value;
        let Some(Value::Object(dashboard)) = parse(dashboard) else { panic!("an object") };
        let sources = DataSources::of(&dashboard);
        for (value, expected) in [
            ("null", "default"),
            ("\"default\"", "default"),
            ("\"-- Mixed --\"", "default"),
            ("{\"type\": \"datasource\", \"uid\": \"-- Mixed --\"}", "default"),
            ("{\"type\": \"prometheus\", \"uid\": \"x\"}", "prometheus"),
            ("{\"type\": \"grafana-azureprometheus-datasource\"}", "prometheus"),
            ("{\"type\": \"grafana-amazonprometheus-datasource\"}", "prometheus"),
            ("{\"type\": \"victoriametrics-metrics-datasource\"}", "metricsql"),
            ("{\"type\": \"victoriametrics-logs-datasource\"}", "other"),
            ("{\"type\": \"some-panel-datasource\"}", "other"),
            ("{\"type\": \"__expr__\", \"uid\": \"__expr__\"}", "other"),
            ("{\"uid\": \"__expr__\"}", "other"),
            ("{\"uid\": \"-- Grafana --\"}", "other"),
            ("{\"uid\": \"${DS_A}\"}", "other"),
            ("{\"uid\": \"${DS_B}\"}", "prometheus"),
            ("\"${DS_A}\"", "other"),
            ("\"$ds\"", "prometheus"),
            ("\"[[logs]]\"", "other"),
            ("{\"type\": \"$ds\"}", "prometheus"),
            ("{\"uid\": \"${logs}\"}", "other"),
            ("{\"uid\": \"${DS_LOKI}\"}", "other"),
            ("{\"uid\": \"${DS_PROMETHEUS}\"}", "prometheus"),
            ("{\"uid\": \"P8E80F9AEF21F6940\"}", "unknown"),
            ("\"Loki\"", "other"),
            ("\"Prometheus EU\"", "prometheus"),
            ("\"Metrics\"", "unknown"),
        ] {
            let source = sources.named(parse(value).as_ref());
            let found = match source {
                None => "default",
                Some(DataSource::Prometheus(Language::MetricsQl)) => "metricsql",
                Some(DataSource::Prometheus(_)) => "prometheus",
                Some(DataSource::Other(_)) => "other",
                Some(DataSource::Unknown) => "unknown",
            };
            assert_eq!(found, expected, "{value}");
        }
    }
}
