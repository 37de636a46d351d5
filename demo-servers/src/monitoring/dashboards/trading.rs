use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit};

use super::line;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-trading",
    title: "CryptoFunk: trading",
    description: "What is decided and traded, and what it earns.",
    variables: &[],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel::number("Portfolio", Unit::Usd, &[line!("", "cryptofunk_portfolio_value_usd")]),
                Panel::number("Profit or loss", Unit::Usd, &[line!("", "cryptofunk_total_pnl")])
                    .levels(Level::Bad, &[(0.0, Level::Good)]),
                Panel::number("Trades that won", Unit::Ratio, &[line!("", "cryptofunk_win_rate")]),
                Panel::number("Sharpe ratio", Unit::Number, &[line!("", "cryptofunk_sharpe_ratio")]),
                Panel::number("Open positions", Unit::Number, &[line!("", "cryptofunk_positions_open")]),
                Panel::number(
                    "Trading sessions",
                    Unit::Number,
                    &[line!("", "cryptofunk_orchestrator_sessions_active")],
                ),
            ],
        },
        Row {
            title: "Result",
            panels: &[
                Panel::lines("Portfolio value", Unit::Usd, &[line!("portfolio", "cryptofunk_portfolio_value_usd")]),
                Panel::lines(
                    "Profit or loss since the start",
                    Unit::Usd,
                    &[line!("profit or loss", "cryptofunk_total_pnl")],
                ),
                Panel::lines("Share of trades that won", Unit::Ratio, &[line!("won", "cryptofunk_win_rate")]),
            ],
        },
        Row {
            title: "Trades",
            panels: &[
                Panel::stacked(
                    "Trades an hour by symbol",
                    Unit::Number,
                    &[line!(
                        "{{symbol}} {{side}}",
                        "sum by (symbol, side) (rate(cryptofunk_trades_total[$__rate_interval])) * 3600"
                    )],
                ),
                Panel::stacked(
                    "Trades an hour by status",
                    Unit::Number,
                    &[line!(
                        "{{status}} {{mode}}",
                        "sum by (status, mode) (rate(cryptofunk_trades_total[$__rate_interval])) * 3600"
                    )],
                ),
                Panel::lines(
                    "Mean value of a trade",
                    Unit::Usd,
                    &[line!(
                        "{{symbol}}",
                        "sum by (symbol) (rate(cryptofunk_trade_value_usd_sum[5m])) / sum by (symbol) (rate(cryptofunk_trade_value_usd_count[5m]))"
                    )],
                ),
            ],
        },
        Row {
            title: "Decisions",
            panels: &[
                Panel::stacked(
                    "Decisions a minute",
                    Unit::Number,
                    &[line!("{{action}}", "rate(cryptofunk_orchestrator_decisions_total[$__rate_interval]) * 60")],
                ),
                Panel::stacked(
                    "Signals that arrived a minute",
                    Unit::Number,
                    &[line!("{{result}}", "rate(cryptofunk_orchestrator_signals_total[$__rate_interval]) * 60")],
                ),
                Panel::lines(
                    "Mean consensus",
                    Unit::Ratio,
                    &[line!(
                        "winning side",
                        "rate(cryptofunk_orchestrator_consensus_ratio_sum[5m]) / rate(cryptofunk_orchestrator_consensus_ratio_count[5m])"
                    )],
                ),
                Panel::lines(
                    "95th percentile of the time of a vote",
                    Unit::Seconds,
                    &[line!("{{job}}", "job:cryptofunk_orchestrator_voting_duration_seconds:p95_rate5m")],
                ),
            ],
        },
    ],
};
