use std::collections::BTreeMap;

use cryptofunk_metrics_catalog::descriptor::{
    ComponentDescriptor, LabelDescriptor, LabelValues, MetricDescriptor, Objective as Promise, ToolDescriptor,
};
use serde::Serialize;

use crate::docs::system::{System, unit};

#[derive(Serialize)]
struct Document<'a> {
    made_by: &'a str,
    components: Vec<Component>,
    families: Vec<Family>,
    rules: Vec<Rule>,
    queries: Vec<Query>,
}

#[derive(Serialize)]
struct Component {
    name: &'static str,
    kind: &'static str,
    port: u16,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<Objective>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<Objective>,
}

#[derive(Serialize)]
struct Objective {
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
}

#[derive(Serialize)]
struct Latency {
    percent: f64,
    seconds: f64,
}

#[derive(Serialize)]
struct Family {
    name: &'static str,
    r#type: &'static str,
    help: &'static str,
    unit: Option<&'static str>,
    labels: Vec<Label>,
    buckets: &'static [f64],
    #[serde(skip_serializing_if = "Option::is_none")]
    native: Option<Native>,
    convention: Option<&'static str>,
    exposed_by: Vec<&'static str>,
}

#[derive(Serialize)]
struct Native {
    schema: i8,
    max_buckets: u32,
    zero_threshold: f64,
}

#[derive(Serialize)]
struct Label {
    name: &'static str,
    kind: &'static str,
    values: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Rule {
    Record { record: &'static str, expr: &'static str },
    Alert { alert: &'static str, expr: &'static str, r#for: &'static str, labels: BTreeMap<&'static str, &'static str> },
}

#[derive(Serialize)]
struct Query {
    topic: &'static str,
    title: &'static str,
    expr: &'static str,
}

impl System<'_> {
    /// Everything as JSON, for programs: `components`, `families`, `rules` and `queries`. `made_by` names the command that wrote it.
    /// `metrics-lint --catalog` and `metrics-pack` read it.
    ///
    /// A component has `name`, `kind`, `port`, `description`, its `tools`, and the `objective` that it promises, as a tool has. An objective has `success`
    /// in percent, and a `latency` with `percent` and `seconds`.
    ///
    /// A family has `name`, `type`, `help`, `unit` (or null), `labels`, `buckets`, `convention` (or null) and `exposed_by`. A label has a `name`, the `kind` of
    /// its values (`closed`, `on_demand`, `fixed`, `open`), the `values` that are known, and of open ones the `limit`. A native histogram has `native` too, with
    /// its `schema`, `max_buckets` and `zero_threshold`.
    pub fn json(&self, made_by: &str) -> String {
        let document = Document {
            made_by,
            components: self.components.iter().map(component).collect(),
            families: self.families().map(|family| self.family(family)).collect(),
            rules: self
                .rules
                .iter()
                .flat_map(|rules| {
                    let records =
                        rules.records().iter().map(|rule| Rule::Record { record: rule.name, expr: rule.query.text() });
                    let alerts = rules.alerts().iter().map(|rule| Rule::Alert {
                        alert: rule.name,
                        expr: rule.query.text(),
                        r#for: rule.wait,
                        labels: rule.labels.iter().copied().collect(),
                    });
                    records.chain(alerts)
                })
                .collect(),
            queries: self
                .queries
                .iter()
                .map(|example| Query { topic: example.topic, title: example.title, expr: example.query.text() })
                .collect(),
        };
        let text = serde_json::to_string_pretty(&document).expect("names, texts and numbers are always JSON");
        text + "\n"
    }

    fn family(&self, family: &MetricDescriptor) -> Family {
        Family {
            name: family.name,
            r#type: family.kind.as_str(),
            help: family.help,
            unit: unit(family),
            labels: family.labels.iter().map(|label| self.label(label)).collect(),
            buckets: family.buckets,
            native: family.native.map(|native| Native {
                schema: native.schema(),
                max_buckets: native.max_buckets(),
                zero_threshold: native.zero_threshold(),
            }),
            convention: family.convention,
            exposed_by: self.exposed_by(family),
        }
    }

    fn label(&self, label: &LabelDescriptor) -> Label {
        let limit = match label.values {
            LabelValues::Open { limit } => Some(limit),
            _ => None,
        };
        Label { name: label.name, kind: label.values.as_str(), values: self.values(label), limit }
    }
}

fn component(component: &ComponentDescriptor) -> Component {
    Component {
        name: component.name,
        kind: component.kind.as_str(),
        port: component.port,
        description: component.description,
        objective: objective(component.objective),
        tools: component.tools.iter().map(tool).collect(),
    }
}

fn tool(&ToolDescriptor { name, description, objective: promise, .. }: &ToolDescriptor) -> Tool {
    Tool { name, description, objective: objective(promise) }
}

fn objective(promise: Promise) -> Option<Objective> {
    let latency = promise.latency.map(|latency| Latency { percent: latency.percent, seconds: latency.seconds });
    (!promise.is_none()).then_some(Objective { success: promise.success, latency })
}
