//! What people add to the pack of their system: families by topic, rules, queries, dashboards and advice of their own.

use cryptofunk_metrics_query::{Alert, Rules};

use crate::{
    docs::{Category, Dashboard, Example, RunbookEntry, Variable},
    pack::{
        constants::{list, text},
        error::PackError,
    },
};

/// What is added.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Own {
    pub(super) categories: &'static [Category],
    pub(super) rules: &'static [Rules],
    pub(super) queries: &'static [Example],
    pub(super) dashboards: &'static [Dashboard],
    pub(super) runbook: &'static [RunbookEntry],
}

impl Own {
    /// The pack's dashboards, with the rows of those of the same uid, and behind them all others.
    pub(super) fn dashboards_with(&self, mut all: Vec<Dashboard>) -> &'static [Dashboard] {
        for own in self.dashboards {
            match all.iter_mut().find(|one| one.uid == own.uid) {
                Some(one) => *one = dashboard(own, one),
                None => all.push(*own),
            }
        }
        list(all)
    }

    /// The pack's runbook, with what is added to its entries, and behind them all others.
    pub(super) fn runbook_with(&self, pack: &[RunbookEntry]) -> &'static [RunbookEntry] {
        let mut all = pack.to_vec();
        for own in self.runbook {
            match all.iter_mut().find(|one| one.alert == own.alert) {
                Some(one) => *one = entry(one, own),
                None => all.push(*own),
            }
        }
        list(all)
    }

    /// Whether each alert has an entry and a dashboard, and each entry an alert.
    pub(super) fn check(
        &self,
        pack: Rules,
        dashboards: &[Dashboard],
        runbook: &[RunbookEntry],
    ) -> Result<(), PackError> {
        let alerts = || pack.alerts().iter().chain(self.rules.iter().flat_map(|rules| rules.alerts()));
        for Alert { name, annotations, .. } in alerts() {
            if runbook.iter().all(|entry| entry.alert != *name) {
                return Err(PackError::NoAdvice { alert: name });
            }
            let path = annotations.iter().find(|(name, _)| *name == "dashboard").map(|(_, path)| *path);
            let is_there = |path: &str| dashboards.iter().any(|one| path.strip_prefix("/d/") == Some(one.uid));
            if let Some(path) = path.filter(|path| !is_there(path)) {
                return Err(PackError::NoDashboard { alert: name, path });
            }
        }
        match runbook.iter().find(|entry| alerts().all(|alert| alert.name != entry.alert)) {
            Some(entry) => Err(PackError::NoAlert { alert: entry.alert }),
            None => Ok(()),
        }
    }
}

/// One's own rows stand above those of the pack.
fn dashboard(own: &Dashboard, pack: &Dashboard) -> Dashboard {
    let is_new = |variable: &&Variable| own.variables.iter().all(|one| one.name != variable.name);
    let variables = own.variables.iter().chain(pack.variables.iter().filter(is_new));
    Dashboard { variables: list(variables.copied().collect()), rows: list([own.rows, pack.rows].concat()), ..*own }
}

fn entry(pack: &RunbookEntry, own: &RunbookEntry) -> RunbookEntry {
    let joined = |pack: &'static str, own: &'static str| match own {
        "" => pack,
        own => text(format!("{pack} {own}")),
    };
    RunbookEntry {
        alert: pack.alert,
        means: joined(pack.means, own.means),
        look: list([pack.look, own.look].concat()),
        mend: joined(pack.mend, own.mend),
    }
}
