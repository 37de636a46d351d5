use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit, Variable};

use super::line;
use crate::monitoring::RECORDED;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-agents",
    title: "CryptoFunk: agents",
    description: "What the agents decide, how sure they are, and what they wait for.",
    variables: &[Variable { name: "agent", title: "Agent", series: promql!(RECORDED, "cryptofunk_agent_healthy") }],
    rows: &[
        Row {
            title: "Health",
            panels: &[Panel::timeline("Agents", &[line!("{{agent}}", r#"cryptofunk_agent_healthy{agent=~"$agent"}"#)])
                .states(("unhealthy", Level::Bad), ("healthy", Level::Good))],
        },
        Row {
            title: "Signals",
            panels: &[
                Panel::stacked(
                    "Signals a minute",
                    Unit::Number,
                    &[line!(
                        "{{agent}} {{type}}",
                        r#"rate(cryptofunk_agent_signals_total{agent=~"$agent"}[$__rate_interval]) * 60"#
                    )],
                ),
                Panel::lines(
                    "Mean confidence",
                    Unit::Ratio,
                    &[line!(
                        "{{agent}}",
                        r#"rate(cryptofunk_agent_confidence_sum{agent=~"$agent"}[5m])
                          / rate(cryptofunk_agent_confidence_count{agent=~"$agent"}[5m])"#
                    )],
                ),
                Panel::lines(
                    "95th percentile of the time of an analysis",
                    Unit::Seconds,
                    &[line!(
                        "{{agent}}",
                        r#"agent:cryptofunk_agent_analysis_duration_seconds:p95_rate5m{agent=~"$agent"}"#
                    )],
                ),
            ],
        },
        Row {
            title: "Language models",
            panels: &[
                Panel::stacked(
                    "Calls of language models",
                    Unit::PerSecond,
                    &[line!(
                        "{{provider}} {{status}}",
                        r#"sum by (provider, status) (rate(cryptofunk_agent_llm_calls_total{agent=~"$agent"}[$__rate_interval]))"#
                    )],
                ),
                Panel::lines(
                    "Share of calls of language models that fail",
                    Unit::Ratio,
                    &[line!(
                        "{{agent}} {{provider}}",
                        r#"agent_provider:cryptofunk_llm_errors:ratio_rate5m{agent=~"$agent"}"#
                    )],
                )
                .about("Over five minutes. The line is where LLMErrors begins.")
                .levels(Level::Good, &[(0.2, Level::Bad)]),
                Panel::lines(
                    "95th percentile of the latency of language models",
                    Unit::Seconds,
                    &[line!(
                        "{{agent}} {{provider}}",
                        r#"agent_provider:cryptofunk_agent_llm_duration_seconds:p95_rate5m{agent=~"$agent"}"#
                    )],
                ),
                Panel::stacked(
                    "Tokens an hour",
                    Unit::Number,
                    &[line!(
                        "{{provider}} {{type}}",
                        r#"sum by (provider, type) (rate(cryptofunk_agent_llm_tokens_total{agent=~"$agent"}[$__rate_interval])) * 3600"#
                    )],
                ),
            ],
        },
        Row {
            title: "Calls of MCP servers",
            panels: &[
                Panel::stacked(
                    "Calls of MCP servers",
                    Unit::PerSecond,
                    &[line!(
                        "{{agent}} {{server}}",
                        r#"sum by (agent, server) (rate(cryptofunk_agent_mcp_calls_total{agent=~"$agent"}[$__rate_interval]))"#
                    )],
                ),
                Panel::lines(
                    "Share of calls of MCP servers that fail",
                    Unit::Ratio,
                    &[line!(
                        "{{agent}} {{server}}",
                        r#"agent_server:cryptofunk_agent_mcp_errors:ratio_rate5m{agent=~"$agent"}"#
                    )],
                ),
                Panel::lines(
                    "95th percentile of the latency of MCP servers",
                    Unit::Seconds,
                    &[line!(
                        "{{agent}} {{server}}",
                        r#"agent_server:cryptofunk_agent_mcp_call_duration_seconds:p95_rate5m{agent=~"$agent"}"#
                    )],
                ),
            ],
        },
    ],
};
