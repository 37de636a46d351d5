use cryptofunk_metrics_tools::docs::{Dashboard, Panel, Row, Unit};

use super::line;

/// What the pack's dashboard of agents shows first.
pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-agents",
    title: "CryptoFunk: agents",
    description: "What the agents decide, how sure they are, and what they wait for.",
    variables: &[],
    rows: &[Row {
        title: "Opinions",
        panels: &[Panel::lines(
            "Mean confidence",
            Unit::Ratio,
            &[line!(
                "{{agent}}",
                r#"rate(cryptofunk_agent_confidence_sum{agent=~"$agent"}[5m])
                  / rate(cryptofunk_agent_confidence_count{agent=~"$agent"}[5m])"#
            )],
        )],
    }],
};
