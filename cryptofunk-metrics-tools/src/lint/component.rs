//! The components of a catalogue that was written as JSON.

use cryptofunk_metrics_catalog::descriptor::{
    ComponentDescriptor, ComponentKind, LatencyObjective, MetricDescriptor, Objective, ToolDescriptor,
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Component {
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    port: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    objective: Option<Promise>,
    #[serde(default)]
    tools: Vec<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    objective: Option<Promise>,
}

#[derive(Deserialize, Default)]
struct Promise {
    #[serde(default)]
    success: Option<f64>,
    #[serde(default)]
    latency: Option<Latency>,
}

#[derive(Deserialize)]
struct Latency {
    percent: f64,
    seconds: f64,
}

/// A component, with the families that it promises.
pub(super) fn descriptor(one: Component, promised: impl Fn(&str) -> Vec<MetricDescriptor>) -> ComponentDescriptor {
    let families: &'static [MetricDescriptor] = promised(&one.name).leak();
    let kind = match one.kind.as_str() {
        "mcp_server" => ComponentKind::McpServer,
        "agent" => ComponentKind::Agent,
        _ => ComponentKind::Service,
    };
    let tools: Vec<ToolDescriptor> = one.tools.into_iter().map(tool).collect();
    ComponentDescriptor::new(one.name.leak(), kind, one.port, one.description.leak())
        .with_metrics(vec![families].leak())
        .with_tools(tools.leak())
        .with_objective(one.objective.map_or(Objective::NONE, objective))
}

fn tool(tool: Tool) -> ToolDescriptor {
    let promise = tool.objective.map_or(Objective::NONE, objective);
    ToolDescriptor::new(tool.name.leak(), tool.description.leak()).with_objective(promise)
}

fn objective(Promise { success, latency }: Promise) -> Objective {
    let latency = latency.map(|Latency { percent, seconds }| LatencyObjective { percent, seconds });
    Objective::new(success, latency)
}
