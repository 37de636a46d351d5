//! The dashboards, one file each. Their queries are compared with the catalogue and the recording rules while they compile.

mod agents;
mod line;
mod mcp;
mod overview;
mod risk;
mod system;
mod trading;

use cryptofunk_metrics_tools::docs::Dashboard;
use line::line;

/// The dashboards, the overview first.
pub const DASHBOARDS: &[Dashboard] =
    &[overview::DASHBOARD, mcp::DASHBOARD, agents::DASHBOARD, trading::DASHBOARD, risk::DASHBOARD, system::DASHBOARD];

/// The address of the runbook: a dashboard, too.
pub(super) const RUNBOOK_UID: &str = "cryptofunk-runbook";
