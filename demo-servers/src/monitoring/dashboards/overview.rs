use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit};

use super::line;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-overview",
    title: "CryptoFunk: overview",
    description: "Whether everything runs, and what it earns.",
    variables: &[],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel::number("Components down", Unit::Number, &[line!("", "count(up == 0) or vector(0)")])
                    .levels(Level::Good, &[(1.0, Level::Bad)]),
                Panel::number(
                    "Components unhealthy",
                    Unit::Number,
                    &[line!("", "count(cryptofunk_component_healthy == 0) or vector(0)")],
                )
                .about("Their /health says why.")
                .levels(Level::Good, &[(1.0, Level::Bad)]),
                Panel::number(
                    "Alerts firing",
                    Unit::Number,
                    &[line!("", r#"count(ALERTS{alertstate="firing"}) or vector(0)"#)],
                )
                .levels(Level::Good, &[(1.0, Level::Warning)]),
                Panel::number("Portfolio", Unit::Usd, &[line!("", "cryptofunk_portfolio_value_usd")]),
                Panel::number("Profit or loss", Unit::Usd, &[line!("", "cryptofunk_total_pnl")])
                    .levels(Level::Bad, &[(0.0, Level::Good)]),
                Panel::number("Drawdown", Unit::Ratio, &[line!("", "cryptofunk_current_drawdown")])
                    .levels(Level::Good, &[(0.1, Level::Warning), (0.15, Level::Bad)]),
            ],
        },
        Row {
            title: "Health",
            panels: &[Panel::timeline("Components", &[line!("{{component}}", "cryptofunk_component_healthy")])
                .states(("unhealthy", Level::Bad), ("healthy", Level::Good))],
        },
        Row {
            title: "Activity",
            panels: &[
                Panel::stacked(
                    "MCP requests",
                    Unit::PerSecond,
                    &[line!("{{server}}", "sum by (server) (rate(cryptofunk_mcp_requests_total[$__rate_interval]))")],
                ),
                Panel::stacked(
                    "Signals",
                    Unit::PerSecond,
                    &[line!("{{type}}", "sum by (type) (rate(cryptofunk_agent_signals_total[$__rate_interval]))")],
                ),
                Panel::stacked(
                    "Trades an hour",
                    Unit::Number,
                    &[line!("{{status}}", "sum by (status) (rate(cryptofunk_trades_total[$__rate_interval])) * 3600")],
                ),
            ],
        },
    ],
};
