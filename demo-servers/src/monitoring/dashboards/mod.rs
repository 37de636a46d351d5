//! The dashboards beside the pack's, and what is added to these; one file each. Their queries are compared with the catalogue and the recording
//! rules while they compile.

mod agents;
mod line;
mod overview;
mod risk;
mod system;
mod trading;

use cryptofunk_metrics_tools::docs::Dashboard;
use line::line;

/// The dashboards.
pub(super) const DASHBOARDS: &[Dashboard] =
    &[overview::DASHBOARD, agents::DASHBOARD, trading::DASHBOARD, risk::DASHBOARD, system::DASHBOARD];
