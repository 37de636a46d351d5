//! Queries that are right, among them those of the metrics guide in working form.

#![deny(warnings)]

use cryptofunk_metrics::{Catalog, Query, Schema, metrics, promql};
use cryptofunk_tests::CATALOG;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn orders_total() -> Counter;
}

const KNOWN: Schema = Schema::new(CATALOG).with_values("server", &["market-data", "risk-analyzer"]);
const SHOP: Catalog = Catalog::new(&[orders::METRICS]);

const QUERIES: &[Query] = &[
    promql!(CATALOG, r#"sum by (server) (rate(cryptofunk_mcp_requests_total{status="error"}[5m]))
        / sum by (server) (rate(cryptofunk_mcp_requests_total[5m]))"#),
    promql!(CATALOG, r#"sum by (server) (rate(cryptofunk_mcp_requests_total{status="error"}[5m]))
        / sum by (server) (rate(cryptofunk_mcp_requests_total[5m])) > 0.1"#),
    promql!(CATALOG, "sum(rate(cryptofunk_trades_total[1h])) * 3600"),
    promql!(CATALOG, "cryptofunk_database_connections_active / cryptofunk_database_connections_max"),
    promql!(CATALOG, "histogram_quantile(0.95, sum by (le, server) (rate(cryptofunk_mcp_request_duration_seconds_bucket[5m])))"),
    promql!(CATALOG, "histogram_quantile(0.99, rate(cryptofunk_agent_analysis_duration_seconds_bucket[5m]))"),
    promql!(CATALOG, "rate(cryptofunk_trade_value_usd_sum[5m]) / rate(cryptofunk_trade_value_usd_count[5m])"),
    promql!(CATALOG, r#"up{job="mcp-servers"} == 0"#),
    promql!(CATALOG, r#"absent(up{job="orchestrator"})"#),
    promql!(CATALOG, "cryptofunk_agent_healthy == 0"),
    promql!(CATALOG, "cryptofunk_current_drawdown > 0.1"),
    promql!(CATALOG, r#"max by (reason) (cryptofunk_circuit_breaker_tripped) == 1"#),
    promql!(CATALOG, "topk(5, sum by (tool) (rate(cryptofunk_mcp_tool_calls_total[5m])))"),
    promql!(CATALOG, "sum by (agent) (topk(5, rate(cryptofunk_agent_signals_total[5m])))"),
    promql!(CATALOG, "delta(cryptofunk_portfolio_value_usd[1h])"),
    promql!(CATALOG, "max_over_time(cryptofunk_current_drawdown[1d])"),
    promql!(CATALOG, "max_over_time(sum(rate(cryptofunk_trades_total[5m]))[1h:1m])"),
    promql!(CATALOG, "cryptofunk_component_healthy * on (component) group_left (version) cryptofunk_build_info"),
    promql!(CATALOG, r#"cryptofunk_trades_total{status="rejected"} / ignoring (status) cryptofunk_trades_total{status="filled"}"#),
    promql!(CATALOG, "changes(cryptofunk_component_uptime_seconds[1h]) > 0 and cryptofunk_component_healthy == 0"),
    promql!(CATALOG, "resets(cryptofunk_trades_total[1h]) > 0"),
    promql!(CATALOG, "count(cryptofunk_agent_signals_total) > 20"),
    promql!(CATALOG, r#"sum(rate(cryptofunk_http_requests_total{status=~"4xx|5xx",route=~"/api/.*"}[5m]))"#),
    promql!(CATALOG, r#"sum(rate(cryptofunk_mcp_requests_total{method=~"tools/.+"}[5m]))"#),
    promql!(CATALOG, r#"sum(rate(cryptofunk_mcp_requests_total{method=~"[a-z]+/list"}[5m]))"#),
    promql!(CATALOG, r#"cryptofunk_var_value_usd{confidence="0.95"}"#),
    promql!(CATALOG, r#"cryptofunk_trades_total{symbol="ANY-USD"}"#),
    promql!(CATALOG, r#"sum by (name) (label_replace(cryptofunk_agent_healthy, "name", "$1", "agent", "(.*)-agent"))"#),
    promql!(CATALOG, "cryptofunk_win_rate + cryptofunk_sharpe_ratio"),
    promql!(CATALOG, "sum by (job) (rate(cryptofunk_nats_messages_received_total[1m])) == 0"),
    promql!(CATALOG, "server:mcp_errors:ratio5m > 0.1"),
    promql!(CATALOG, r#"ALERTS{alertstate="firing"}"#),
    promql!(CATALOG, "time() - process_start_time_seconds"),
    promql!(CATALOG, "cryptofunk_portfolio_value_usd / scalar(sum(cryptofunk_portfolio_value_usd offset 1d))"),
    promql!(CATALOG, r#"rate(cryptofunk_mcp_requests_total{status="error"}[5m]) or rate(cryptofunk_trades_total[5m])"#),
    promql!(CATALOG, "rate(cryptofunk_trades_total[5m * 2] smoothed) > 1_000"),
    promql!(CATALOG, r#"sum by (version) (info(cryptofunk_agent_healthy, {version=~".+"}))"#),
    promql!(CATALOG, "cryptofunk_component_healthy + on (component) fill (0) cryptofunk_build_info"),
    promql!(CATALOG, r#"cryptofunk_agent_healthy{zone=""} or cryptofunk_agent_healthy{zone!="a"}"#),
    promql!(CATALOG, r#"sum(rate(cryptofunk_trades_total{status=~"^(?:fill|reject)e[d]$"}[5m]))"#),
    promql!(CATALOG, r#"cryptofunk_trades_total{status="filled"} - cryptofunk_trades_total offset 1h"#),
    promql!(CATALOG, "last_over_time(cryptofunk_agent_healthy[15s])"),
    promql!(CATALOG, "count by (__name__) (cryptofunk_agent_healthy)"),
    promql!(CATALOG, "clamp(cryptofunk_current_drawdown, -0.5, Inf)"),
    promql!(KNOWN, r#"sum(rate(cryptofunk_mcp_requests_total{server="risk-analyzer"}[5m]))"#),
    promql!(SHOP, "rate(shop_orders_total[5m])"),
];

pub fn main() {
    assert_eq!(QUERIES[0].metrics(), ["cryptofunk_mcp_requests_total"]);
    assert!(QUERIES[0].has_label(&CATALOG, "server") && !QUERIES[0].has_label(&CATALOG, "status") && !QUERIES[0].has_label(&CATALOG, "job"));
    assert!(QUERIES[17].has_label(&CATALOG, "version") && QUERIES[17].has_label(&CATALOG, "instance"));
    assert!(!QUERIES[4].has_label(&CATALOG, "le"));
    assert_eq!(QUERIES[3].metrics().len(), 2);
    assert!(QUERIES[3].text().starts_with("cryptofunk_database"));
}
