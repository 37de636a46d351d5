use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit};

use super::line;

/// What the pack's overview shows first.
pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-overview",
    title: "CryptoFunk: overview",
    description: "Whether everything runs, and what it earns.",
    variables: &[],
    rows: &[
        Row {
            title: "Money",
            panels: &[
                Panel::number("Portfolio", Unit::Usd, &[line!("", "cryptofunk_portfolio_value_usd")]),
                Panel::number("Profit or loss", Unit::Usd, &[line!("", "cryptofunk_total_pnl")])
                    .levels(Level::Bad, &[(0.0, Level::Good)]),
                Panel::number("Drawdown", Unit::Ratio, &[line!("", "cryptofunk_current_drawdown")])
                    .levels(Level::Good, &[(0.1, Level::Warning), (0.15, Level::Bad)]),
            ],
        },
        Row {
            title: "Activity",
            panels: &[
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
