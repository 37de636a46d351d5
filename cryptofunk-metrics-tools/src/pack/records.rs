//! Recording rules that dashboards and alerts share.

use crate::pack::{
    dialect::{Dialect, Series},
    draft::{Group, Record},
    facts::Facts,
};

/// The name of the share of a server's requests that fail.
pub(super) fn error_ratio(facts: &Facts, dialect: &Dialect) -> String {
    format!("{}:{}mcp_errors:ratio_rate{}", dialect.levels()[0], facts.prefix, facts.window())
}

/// The name of the share of a tool's calls that fail.
pub(super) fn tool_error_ratio(facts: &Facts, dialect: &Dialect) -> String {
    format!("{}:{}mcp_tool_errors:ratio_rate{}", dialect.levels()[1], facts.prefix, facts.window())
}

/// The name of a percentile of a server's request durations.
pub(super) fn request_percentile(facts: &Facts, dialect: &Dialect, percent: u32) -> String {
    let [server, _] = dialect.levels();
    format!("{server}:{}mcp_request_duration_seconds:p{percent}_rate{}", facts.prefix, facts.window())
}

/// The name of a percentile of a tool's call durations.
pub(super) fn call_percentile(facts: &Facts, dialect: &Dialect) -> String {
    format!("{}:{}mcp_tool_call_duration_seconds:p95_rate{}", dialect.levels()[1], facts.prefix, facts.window())
}

/// The name of a rule of agents: `agent_provider:weather_llm_errors:ratio_rate5m`.
pub(super) fn of_agents(facts: &Facts, level: &str, what: &str, how: &str) -> String {
    format!("{level}:{}{what}:{how}_rate{}", facts.prefix, facts.window())
}

/// All of them.
pub(super) fn group(facts: &Facts, pack: &str) -> Group {
    let mut records = facts.dialect.as_ref().map(|dialect| of_servers(facts, dialect)).unwrap_or_default();
    records.extend(agent_records(facts));
    Group { name: format!("{pack}_recordings"), interval: None, records }
}

fn of_servers(facts: &Facts, dialect: &Dialect) -> Vec<Record> {
    let window = facts.window();
    let rate = |series: &Series| dialect.rate(series, "", &window);
    let (server, tool) = (dialect.server, dialect.tool);
    let mut records = Vec::new();
    if let (Some(all), Some(failed)) = (&dialect.requests, &dialect.failed_requests) {
        records.push(Record::new(error_ratio(facts, dialect), ratio(server, &rate(failed), &rate(all))));
    }
    if let (Some(all), Some(failed)) = (&dialect.calls, &dialect.failed_calls) {
        let by = format!("{server}, {tool}");
        records.push(Record::new(tool_error_ratio(facts, dialect), ratio(&by, &rate(failed), &rate(all))));
    }
    if let Some(durations) = &dialect.request_durations {
        for percent in [50, 95, 99] {
            let expr = percentile(percent, server, &rate(&durations.buckets()));
            records.push(Record::new(request_percentile(facts, dialect, percent), expr));
        }
    }
    if let Some(durations) = &dialect.call_durations {
        let expr = percentile(95, &format!("{server}, {tool}"), &rate(&durations.buckets()));
        records.push(Record::new(call_percentile(facts, dialect), expr));
    }
    records
}

fn agent_records(facts: &Facts) -> Vec<Record> {
    let window = facts.window();
    let name = |end: &str| facts.families.name("agent", end);
    let mut records = Vec::new();
    let ratios = [
        ("agent_llm_calls_total", "agent, provider", "agent_provider", "llm_errors"),
        ("agent_mcp_calls_total", "agent, server", "agent_server", "agent_mcp_errors"),
    ];
    for (end, by, level, what) in ratios {
        let Some(family) = name(end) else { continue };
        let failed = format!("rate({family}{{status=\"error\"}}[{window}])");
        let expr = ratio(by, &failed, &format!("rate({family}[{window}])"));
        records.push(Record::new(of_agents(facts, level, what, "ratio"), expr));
    }
    let percentiles = [
        ("agent_analysis_duration_seconds", "agent", "agent"),
        ("agent_llm_duration_seconds", "agent, provider", "agent_provider"),
        ("agent_mcp_call_duration_seconds", "agent, server", "agent_server"),
    ];
    for (end, by, level) in percentiles {
        let Some(family) = name(end) else { continue };
        let expr = percentile(95, by, &format!("rate({family}_bucket[{window}])"));
        records.push(Record::new(of_agents(facts, level, end, "p95"), expr));
    }
    records
}

fn ratio(by: &str, failed: &str, all: &str) -> String {
    format!("sum by ({by}) ({failed})\n  / sum by ({by}) ({all})")
}

pub(super) fn percentile(percent: u32, by: &str, rate: &str) -> String {
    format!("histogram_quantile({}, sum by (le, {by}) ({rate}))", f64::from(percent) / 100.0)
}
