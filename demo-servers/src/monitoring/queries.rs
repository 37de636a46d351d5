//! The example queries of the metrics guide, in working form.

use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::Example;

use super::RECORDED;

/// Queries to start from.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        topic: "MCP servers",
        title: "Requests a second by server",
        query: promql!(RECORDED, "sum by (server) (rate(cryptofunk_mcp_requests_total[5m]))"),
    },
    Example {
        topic: "MCP servers",
        title: "Requests of one server since it started, by method and status",
        query: promql!(RECORDED, r#"cryptofunk_mcp_requests_total{server="market-data"}"#),
    },
    Example {
        topic: "MCP servers",
        title: "Tool calls a second, by server, tool and status",
        query: promql!(RECORDED, "rate(cryptofunk_mcp_tool_calls_total[5m])"),
    },
    Example {
        topic: "MCP servers",
        title: "95th percentile of the request latency in seconds, by server",
        query: promql!(
            RECORDED,
            "histogram_quantile(0.95, sum by (le, server) (rate(cryptofunk_mcp_request_duration_seconds_bucket[5m])))"
        ),
    },
    Example {
        topic: "MCP servers",
        title: "Share of requests that fail, by server: 0…1",
        query: promql!(
            RECORDED,
            r#"sum by (server) (rate(cryptofunk_mcp_requests_total{status="error"}[5m]))
              / sum by (server) (rate(cryptofunk_mcp_requests_total[5m]))"#
        ),
    },
    Example {
        topic: "MCP servers",
        title: "99th percentile of the latency of tool calls in seconds, by server and tool",
        query: promql!(
            RECORDED,
            "histogram_quantile(0.99, sum by (le, server, tool) (rate(cryptofunk_mcp_tool_call_duration_seconds_bucket[5m])))"
        ),
    },
    Example {
        topic: "Agents",
        title: "Signals a minute, by agent and type",
        query: promql!(RECORDED, "rate(cryptofunk_agent_signals_total[1m]) * 60"),
    },
    Example {
        topic: "Agents",
        title: "Health, by agent: 1 healthy, 0 not",
        query: promql!(RECORDED, "cryptofunk_agent_healthy"),
    },
    Example {
        topic: "Agents",
        title: "95th percentile of the latency of LLM calls in seconds, by agent and provider",
        query: promql!(
            RECORDED,
            "histogram_quantile(0.95, sum by (le, agent, provider) (rate(cryptofunk_agent_llm_duration_seconds_bucket[5m])))"
        ),
    },
    Example {
        topic: "Agents",
        title: "LLM tokens an hour, by agent, provider and type",
        query: promql!(RECORDED, "rate(cryptofunk_agent_llm_tokens_total[1h]) * 3600"),
    },
    Example {
        topic: "Trading",
        title: "Share of trades that won: 0…1",
        query: promql!(RECORDED, "cryptofunk_win_rate"),
    },
    Example {
        topic: "Trading",
        title: "Fall from the highest portfolio value: 0…1",
        query: promql!(RECORDED, "cryptofunk_current_drawdown"),
    },
    Example {
        topic: "Trading",
        title: "Trades an hour, by symbol, side, status and mode",
        query: promql!(RECORDED, "rate(cryptofunk_trades_total[1h]) * 3600"),
    },
    Example {
        topic: "Trading",
        title: "Portfolio value in USD",
        query: promql!(RECORDED, "cryptofunk_portfolio_value_usd"),
    },
    Example {
        topic: "System",
        title: "Hours since the start, by component",
        query: promql!(RECORDED, "cryptofunk_component_uptime_seconds / 3600"),
    },
    Example {
        topic: "System",
        title: "Share of the database connections in use: 0…1",
        query: promql!(RECORDED, "cryptofunk_database_connections_active / cryptofunk_database_connections_max"),
    },
    Example {
        topic: "System",
        title: "NATS messages a second, by subject",
        query: promql!(RECORDED, "rate(cryptofunk_nats_messages_published_total[1m])"),
    },
];
