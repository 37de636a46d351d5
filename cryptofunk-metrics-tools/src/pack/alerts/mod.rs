//! The alerts, by what they are about.

mod agents;
mod components;
mod servers;
mod told;

pub(super) use self::told::{Alerts, HEALTHY};
use crate::pack::{burn, facts::Facts, stage};

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
