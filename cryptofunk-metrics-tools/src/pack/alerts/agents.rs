//! Agents and language models.

use cryptofunk_metrics_catalog::descriptor::ComponentKind;

use super::told::{Alerts, HEALTHY, SHORT};
use crate::pack::{
    clock::HOUR,
    draft::{Alert, Page, Scene, Severity, labels, look, series},
    facts::Facts,
    promtool::{rising, steady},
    records,
};

pub(super) fn alerts(facts: &Facts, alerts: &mut Alerts) {
    if facts.of_kind(ComponentKind::Agent).next().is_none() {
        return;
    }
    if let Some(family) = facts.families.name("agent", "agent_healthy") {
        unhealthy(facts, family, alerts);
    }
    if let Some(family) = facts.families.name("agent", "agent_signals_total") {
        silent(facts, family, alerts);
    }
    if let Some(family) = facts.families.name("agent", "agent_llm_calls_total") {
        language_models(facts, family, alerts);
    }
}

fn unhealthy(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let agent = facts.example_of(ComponentKind::Agent);
    let at = |value| vec![(series(family, &[("agent", agent)]), steady(value, SHORT))];
    alerts.healthy.push((series(family, &[("agent", agent)]), steady(1.0, HEALTHY)));
    let mut looks = vec![look("Which agents:", format!("{family} == 0"))];
    if facts.families.name("agent", "agent_mcp_calls_total").is_some() {
        let ratio = records::of_agents(facts, "agent_server", "agent_mcp_errors", "ratio");
        looks.push(look("Whether the servers that it calls fail:", format!("{ratio} > 0")));
    }
    if facts.families.name("agent", "agent_analysis_duration_seconds").is_some() {
        let p95 = records::of_agents(facts, "agent", "agent_analysis_duration_seconds", "p95");
        looks.push(look("Whether an analysis takes too long:", p95));
    }
    alerts.all.push(Alert {
        name: "AgentUnhealthy",
        severity: Severity::Critical,
        expr: format!("{family} == 0"),
        wait: Some(facts.clock.of(300)),
        // As ComponentUnhealthy has it, so that Alertmanager can leave that one out.
        labels: labels(&[("component", "{{ $labels.agent }}")]),
        summary: "Agent {{ $labels.agent }} is unhealthy".to_owned(),
        page: Page::Agents,
        means: "An agent has not succeeded lately, or its heartbeats do not arrive.".to_owned(),
        look: looks,
        mend: "ask the agent's `/health`: it says since when no analysis succeeds. Its log has the errors. An agent that is stuck is ended \
               and started again.",
        scenes: vec![
            Scene {
                title: "fires when no analysis succeeds".to_owned(),
                series: at(0.0),
                at: SHORT,
                fires: Some((labels(&[("agent", agent), ("component", agent)]), format!("Agent {agent} is unhealthy"))),
            },
            Scene { title: "does not fire when some do".to_owned(), series: at(1.0), at: SHORT, fires: None },
        ],
    });
}

fn silent(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let agent = facts.example_of(ComponentKind::Agent);
    let window = facts.clock.of(600);
    let of = |values| vec![(series(family, &[("agent", agent), ("type", "example")]), values)];
    alerts.healthy.extend(of(rising(1.0, HEALTHY)));
    let mut looks = Vec::new();
    if let Some(analyses) = facts.families.name("agent", "agent_analysis_duration_seconds") {
        looks.push(look("Whether it analyses at all:", format!("rate({analyses}_count[{}]) * 60", facts.window())));
    }
    if let Some(calls) = facts.families.name("agent", "agent_mcp_calls_total") {
        looks.push(look("Whether its calls of servers are answered:", format!("rate({calls}[{}])", facts.window())));
    }
    alerts.all.push(Alert {
        name: "AgentSilent",
        severity: Severity::Warning,
        expr: format!("sum by (agent) (increase({family}[{window}])) == 0"),
        wait: Some(facts.clock.of(300)),
        labels: Vec::new(),
        summary: "Agent {{ $labels.agent }} has given no signal for ten minutes".to_owned(),
        page: Page::Agents,
        means: "An agent is up and gives no signal of any kind.".to_owned(),
        look: looks,
        mend: "the agent's log says what it waits for. If it was paused on purpose, silence the alert.",
        scenes: vec![
            Scene {
                title: "fires when no signal comes".to_owned(),
                series: of(steady(5.0, SHORT)),
                at: SHORT,
                fires: Some((
                    labels(&[("agent", agent)]),
                    format!("Agent {agent} has given no signal for ten minutes"),
                )),
            },
            Scene {
                title: "does not fire when signals come".to_owned(),
                series: of(rising(1.0, SHORT)),
                at: SHORT,
                fires: None,
            },
        ],
    });
}

fn language_models(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let agent = facts.example_of(ComponentKind::Agent);
    let ratio = records::of_agents(facts, "agent_provider", "llm_errors", "ratio");
    let of = |status, by| {
        (series(family, &[("agent", agent), ("provider", "example"), ("status", status)]), rising(by, SHORT))
    };
    let mut looks = vec![look("Which provider, and how much of it:", ratio.clone())];
    if facts.families.name("agent", "agent_llm_duration_seconds").is_some() {
        let p95 = records::of_agents(facts, "agent_provider", "agent_llm_duration_seconds", "p95");
        looks.push(look("Whether answers became slow, as before a timeout:", p95));
    }
    if let Some(tokens) = facts.families.name("agent", "agent_llm_tokens_total") {
        let rate = format!("sum by (provider) (rate({tokens}[{}])) * 3600", facts.clock.of(HOUR));
        looks.push(look("How many tokens an hour are used, as before a limit:", rate));
    }
    alerts.all.push(Alert {
        name: "LLMErrors",
        severity: Severity::Warning,
        expr: format!("{ratio} > 0.2"),
        wait: Some(facts.clock.of(300)),
        labels: Vec::new(),
        summary: "{{ $value | humanizePercentage }} of the calls of {{ $labels.agent }} to {{ $labels.provider }} fail".to_owned(),
        page: Page::Agents,
        means: "More than one in five calls of a language model fail.".to_owned(),
        look: looks,
        mend: "the agent's log has the status of the provider's answers: 401 is the key, 429 a limit, 5xx the provider.",
        scenes: vec![
            Scene {
                title: "fires when half of the calls fail".to_owned(),
                series: vec![of("success", 10.0), of("error", 10.0)],
                at: SHORT,
                fires: Some((
                    labels(&[("agent", agent), ("provider", "example")]),
                    format!("50% of the calls of {agent} to example fail"),
                )),
            },
            Scene {
                title: "does not fire when one in ten fails".to_owned(),
                series: vec![of("success", 90.0), of("error", 10.0)],
                at: SHORT,
                fires: None,
            },
        ],
    });
}
