//! The alerts, by what they are about.

mod agents;
mod components;
mod servers;

use crate::pack::{burn, draft::Alert, facts::Facts, stage};

/// Alerts, and series of a healthy hour in which none of them fires.
#[derive(Default)]
pub(super) struct Alerts {
    pub(super) all: Vec<Alert>,
    pub(super) healthy: Vec<(String, String)>,
}

/// How long a healthy time is.
pub(super) const HEALTHY: u64 = 3_600;

/// How long tests of a threshold take.
const SHORT: u64 = 20 * 60;

/// The alerts for whose families a catalogue has everything.
pub(super) fn alerts(facts: &Facts) -> Alerts {
    let mut alerts = Alerts::default();
    components::down(facts, &mut alerts);
    if let Some(dialect) = &facts.dialect {
        servers::alerts(facts, dialect, &mut alerts);
        for indicator in &facts.indicators {
            alerts.all.extend(burn::alerts(indicator, dialect, facts.clock, facts.few));
            alerts.healthy.extend(stage::healthy(indicator, dialect, HEALTHY));
        }
    }
    agents::alerts(facts, &mut alerts);
    components::alerts(facts, &mut alerts);
    let mut seen = std::collections::BTreeSet::new();
    alerts.healthy.retain(|(series, _)| seen.insert(series.clone()));
    alerts
}
