//! Agents, and the language models and servers that they call.

use super::sheet::{RANGE, Sheet, line, lines, stacked};
use crate::{
    docs::{Level, Panel, Unit, Variable},
    pack::{
        constants::{list, query},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts) -> Sheet {
    let name = |end| facts.families.name("agent", end);
    let only = r#"{agent=~"$agent"}"#;
    let (mut work, mut models, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(family) = name("agent_healthy") {
        let panel = Panel::timeline("Health", list(vec![line("{{agent}}", format!("{family}{only}"))]));
        work.push(panel.states(("unhealthy", Level::Bad), ("healthy", Level::Good)));
    }
    if let Some(family) = name("agent_signals_total") {
        let expr = format!("sum by (agent, type) (rate({family}{only}[{RANGE}])) * 60");
        work.push(stacked("Signals a minute", Unit::Number, vec![line("{{agent}} {{type}}", expr)]));
    }
    let p95 = |level, what| format!("{}{only}", records::of_agents(facts, level, what, "p95"));
    if name("agent_analysis_duration_seconds").is_some() {
        let expr = p95("agent", "agent_analysis_duration_seconds");
        work.push(lines("95th percentile of the duration of analyses", Unit::Seconds, vec![line("{{agent}}", expr)]));
    }
    if let Some(family) = name("agent_llm_calls_total") {
        let expr = format!("sum by (agent, provider, status) (rate({family}{only}[{RANGE}]))");
        models.push(stacked(
            "Calls of language models",
            Unit::PerSecond,
            vec![line("{{agent}} {{provider}} {{status}}", expr)],
        ));
        let ratio = format!("{}{only}", records::of_agents(facts, "agent_provider", "llm_errors", "ratio"));
        models.push(
            lines("Share of calls that fail", Unit::Ratio, vec![line("{{agent}} {{provider}}", ratio)])
                .about("The line is where LLMErrors begins.")
                .levels(Level::Good, &[(0.2, Level::Bad)]),
        );
    }
    if name("agent_llm_duration_seconds").is_some() {
        let expr = p95("agent_provider", "agent_llm_duration_seconds");
        models.push(lines(
            "95th percentile of the latency of models",
            Unit::Seconds,
            vec![line("{{agent}} {{provider}}", expr)],
        ));
    }
    if let Some(family) = name("agent_llm_tokens_total") {
        let expr = format!("sum by (agent, provider, type) (rate({family}{only}[{RANGE}]))");
        models.push(stacked("Tokens a second", Unit::Number, vec![line("{{agent}} {{provider}} {{type}}", expr)]));
    }
    models.extend(by_component(facts));
    if let Some(family) = name("agent_mcp_calls_total") {
        let expr = format!("sum by (agent, server) (rate({family}{only}[{RANGE}]))");
        calls.push(stacked("Calls of servers", Unit::PerSecond, vec![line("{{agent}} {{server}}", expr)]));
        let ratio = format!("{}{only}", records::of_agents(facts, "agent_server", "agent_mcp_errors", "ratio"));
        calls.push(lines(
            "Share of calls of servers that fail",
            Unit::Ratio,
            vec![line("{{agent}} {{server}}", ratio)],
        ));
    }
    if name("agent_mcp_call_duration_seconds").is_some() {
        let expr = p95("agent_server", "agent_mcp_call_duration_seconds");
        calls.push(lines(
            "95th percentile of the latency of servers",
            Unit::Seconds,
            vec![line("{{agent}} {{server}}", expr)],
        ));
    }
    let choice = name("agent_healthy").or(name("agent_signals_total"));
    let choice = choice.map(|series| Variable { name: "agent", title: "Agent", series: query(series) });
    Sheet {
        page: Page::Agents,
        title: "agents",
        description: "What agents conclude, and how the language models and servers that they call answer.",
        variables: choice.into_iter().collect(),
        rows: vec![("Work", work), ("Language models", models), ("MCP servers", calls)],
    }
}

/// The calls of the convention `llm`, which servers and services make too.
fn by_component(facts: &Facts) -> Vec<Panel> {
    let name = |end| facts.families.name("llm", end);
    let mut panels = Vec::new();
    if let Some(family) = name("llm_calls_total") {
        let expr = format!("sum by (component, model, status) (rate({family}[{RANGE}]))");
        panels.push(stacked("Calls by model", Unit::PerSecond, vec![line("{{component}} {{model}} {{status}}", expr)]));
    }
    if let Some(family) = name("llm_tokens_total") {
        let expr = format!("sum by (component, model, type) (rate({family}[{RANGE}]))");
        panels.push(stacked(
            "Tokens a second by model",
            Unit::Number,
            vec![line("{{component}} {{model}} {{type}}", expr)],
        ));
    }
    panels
}
