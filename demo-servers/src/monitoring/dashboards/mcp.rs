use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit, Variable};

use super::line;
use crate::monitoring::RECORDED;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-mcp",
    title: "CryptoFunk: MCP servers",
    description: "How much MCP servers are asked, how fast they answer, and what fails.",
    variables: &[Variable {
        name: "server",
        title: "Server",
        series: promql!(RECORDED, "cryptofunk_mcp_requests_total"),
    }],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel::number(
                    "Requests",
                    Unit::PerSecond,
                    &[line!("", r#"sum(rate(cryptofunk_mcp_requests_total{server=~"$server"}[5m]))"#)],
                ),
                Panel::number(
                    "Worst share of failing requests",
                    Unit::Ratio,
                    &[line!("", r#"max(server:cryptofunk_mcp_errors:ratio_rate5m{server=~"$server"})"#)],
                )
                .levels(Level::Good, &[(0.05, Level::Warning), (0.1, Level::Bad)]),
                Panel::number(
                    "In flight",
                    Unit::Number,
                    &[line!("", r#"sum(cryptofunk_mcp_requests_in_flight{server=~"$server"})"#)],
                ),
                Panel::number(
                    "Sessions",
                    Unit::Number,
                    &[line!(
                        "{{transport}}",
                        r#"sum by (transport) (cryptofunk_mcp_sessions_active{server=~"$server"})"#
                    )],
                ),
            ],
        },
        Row {
            title: "Requests",
            panels: &[
                Panel::stacked(
                    "Requests by server",
                    Unit::PerSecond,
                    &[line!(
                        "{{server}}",
                        r#"sum by (server) (rate(cryptofunk_mcp_requests_total{server=~"$server"}[$__rate_interval]))"#
                    )],
                ),
                Panel::lines(
                    "Share of requests that fail",
                    Unit::Ratio,
                    &[line!("{{server}}", r#"server:cryptofunk_mcp_errors:ratio_rate5m{server=~"$server"}"#)],
                )
                .about("Over five minutes. The line is where HighMCPErrorRate begins.")
                .levels(Level::Good, &[(0.1, Level::Bad)]),
                Panel::lines(
                    "Latency of requests",
                    Unit::Seconds,
                    &[
                        line!(
                            "{{server}} p50",
                            r#"server:cryptofunk_mcp_request_duration_seconds:p50_rate5m{server=~"$server"}"#
                        ),
                        line!(
                            "{{server}} p95",
                            r#"server:cryptofunk_mcp_request_duration_seconds:p95_rate5m{server=~"$server"}"#
                        ),
                        line!(
                            "{{server}} p99",
                            r#"server:cryptofunk_mcp_request_duration_seconds:p99_rate5m{server=~"$server"}"#
                        ),
                    ],
                ),
            ],
        },
        Row {
            title: "Tools",
            panels: &[
                Panel::stacked(
                    "Tool calls",
                    Unit::PerSecond,
                    &[line!(
                        "{{server}} {{tool}}",
                        r#"sum by (server, tool) (rate(cryptofunk_mcp_tool_calls_total{server=~"$server"}[$__rate_interval]))"#
                    )],
                ),
                Panel::lines(
                    "Share of tool calls that fail",
                    Unit::Ratio,
                    &[line!(
                        "{{server}} {{tool}}",
                        r#"server_tool:cryptofunk_mcp_tool_errors:ratio_rate5m{server=~"$server"}"#
                    )],
                ),
                Panel::lines(
                    "95th percentile of the latency of tool calls",
                    Unit::Seconds,
                    &[line!(
                        "{{server}} {{tool}}",
                        r#"server_tool:cryptofunk_mcp_tool_call_duration_seconds:p95_rate5m{server=~"$server"}"#
                    )],
                ),
            ],
        },
        Row {
            title: "Errors",
            panels: &[
                Panel::stacked(
                    "Failed requests by type",
                    Unit::PerSecond,
                    &[line!(
                        "{{server}} {{type}}",
                        r#"sum by (server, type) (rate(cryptofunk_mcp_errors_total{server=~"$server"}[$__rate_interval]))"#
                    )],
                ),
                Panel::stacked(
                    "Failed tool calls by type",
                    Unit::PerSecond,
                    &[line!(
                        "{{server}} {{tool}} {{type}}",
                        r#"sum by (server, tool, type) (rate(cryptofunk_mcp_tool_errors_total{server=~"$server"}[$__rate_interval]))"#
                    )],
                ),
            ],
        },
        Row {
            title: "Sessions and results",
            panels: &[
                Panel::stacked(
                    "Sessions opened",
                    Unit::PerSecond,
                    &[line!(
                        "{{server}} {{protocol_version}}",
                        r#"sum by (server, protocol_version) (rate(cryptofunk_mcp_sessions_total{server=~"$server"}[$__rate_interval]))"#
                    )],
                ),
                Panel::lines(
                    "95th percentile of the duration of sessions",
                    Unit::Seconds,
                    &[line!(
                        "{{server}}",
                        r#"histogram_quantile(0.95, sum by (server, le) (rate(cryptofunk_mcp_session_duration_seconds_bucket{server=~"$server"}[$__rate_interval])))"#
                    )],
                ),
                Panel::lines(
                    "95th percentile of the size of results",
                    Unit::Bytes,
                    &[line!(
                        "{{server}} {{tool}}",
                        r#"histogram_quantile(0.95, sum by (server, tool, le) (rate(cryptofunk_mcp_result_bytes_bucket{server=~"$server"}[$__rate_interval])))"#
                    )],
                ),
            ],
        },
        Row {
            title: "Load",
            panels: &[
                Panel::lines(
                    "Requests in flight",
                    Unit::Number,
                    &[line!("{{server}}", r#"cryptofunk_mcp_requests_in_flight{server=~"$server"}"#)],
                ),
                Panel::lines(
                    "Open sessions",
                    Unit::Number,
                    &[line!("{{server}} {{transport}}", r#"cryptofunk_mcp_sessions_active{server=~"$server"}"#)],
                ),
            ],
        },
    ],
};
