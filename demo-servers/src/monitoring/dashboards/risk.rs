use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit};

use super::line;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-risk",
    title: "CryptoFunk: risk",
    description: "What may be lost, what has been, and what stopped trading.",
    variables: &[],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel::number("Drawdown", Unit::Ratio, &[line!("", "cryptofunk_current_drawdown")])
                    .levels(Level::Good, &[(0.1, Level::Warning), (0.15, Level::Bad)]),
                Panel::number(
                    "Value at risk of a day, 95 %",
                    Unit::Usd,
                    &[line!("", r#"cryptofunk_var_value_usd{confidence="0.95"}"#)],
                ),
                Panel::number(
                    "Value at risk of a day, 99 %",
                    Unit::Usd,
                    &[line!("", r#"cryptofunk_var_value_usd{confidence="0.99"}"#)],
                ),
                Panel::number(
                    "Circuit breakers tripped",
                    Unit::Number,
                    &[line!("", "sum(cryptofunk_circuit_breaker_tripped)")],
                )
                .levels(Level::Good, &[(1.0, Level::Bad)]),
            ],
        },
        Row {
            title: "Circuit breakers",
            panels: &[Panel::timeline(
                "Circuit breakers",
                &[line!("{{reason}}", "cryptofunk_circuit_breaker_tripped")],
            )
            .about("A tripped breaker stops new trades.")
            .states(("closed", Level::Good), ("tripped", Level::Bad))],
        },
        Row {
            title: "Loss",
            panels: &[
                Panel::lines(
                    "Fall from the highest portfolio value",
                    Unit::Ratio,
                    &[line!("drawdown", "cryptofunk_current_drawdown")],
                )
                .about("The line is where HighDrawdown begins.")
                .levels(Level::Good, &[(0.15, Level::Bad)]),
                Panel::lines(
                    "Value at risk of a day",
                    Unit::Usd,
                    &[line!("confidence {{confidence}}", "cryptofunk_var_value_usd")],
                ),
                Panel::lines(
                    "Value at risk as a share of the portfolio",
                    Unit::Ratio,
                    &[line!(
                        "confidence {{confidence}}",
                        "max by (confidence) (cryptofunk_var_value_usd) / scalar(max(cryptofunk_portfolio_value_usd))"
                    )],
                )
                .about("At confidence 0.95 the line is where HighValueAtRisk begins.")
                .levels(Level::Good, &[(0.05, Level::Bad)]),
            ],
        },
        Row {
            title: "Limits",
            panels: &[
                Panel::stacked(
                    "Breaches of limits an hour",
                    Unit::Number,
                    &[line!("{{type}}", "increase(cryptofunk_risk_limit_breaches_total[1h])")],
                ),
                Panel::lines(
                    "Open positions over time",
                    Unit::Number,
                    &[line!("positions", "cryptofunk_positions_open")],
                ),
            ],
        },
    ],
};
