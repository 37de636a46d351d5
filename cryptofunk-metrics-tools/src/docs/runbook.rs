use std::fmt::Write as _;

use cryptofunk_metrics_query::{Alert, Query};

use crate::docs::{runbook_entry::RunbookEntry, system::System};

impl System<'_> {
    /// The runbook as Markdown that begins with `head`: a table of the alerts, and what to do about each.
    ///
    /// # Panics
    ///
    /// If an alert has no entry, or an entry is about an alert that no rule has.
    pub fn runbook_markdown(&self, head: &str) -> String {
        let alerts: Vec<&Alert> = self.alerts().collect();
        if let Some(alert) = alerts.iter().find(|alert| self.runbook.iter().all(|entry| entry.alert != alert.name)) {
            panic!("the runbook says nothing about the alert `{}`", alert.name);
        }
        let mut text = format!("{head}\n\n| alert | severity | fires when | for |\n|---|---|---|---|\n");
        for alert in alerts {
            let (name, severity) = (alert.name, label(alert, "severity"));
            let anchor = name.to_lowercase();
            let _ = writeln!(
                text,
                "| [{name}](#{anchor}) | {severity} | `{}` | {} |",
                one_line(alert.query).replace('|', "\\|"),
                wait(alert)
            );
        }
        for entry in self.runbook {
            let _ = write!(text, "\n## {}\n\n{}", entry.alert, entry_markdown(self, entry));
        }
        text
    }
}

/// An entry, with what the rules say of its alert.
pub(super) fn entry_markdown(
    system: &System<'_>,
    RunbookEntry { alert: name, means, look, mend }: &RunbookEntry,
) -> String {
    let Some(alert) = system.alerts().find(|alert| alert.name == *name) else {
        panic!("the runbook speaks of the alert `{name}`, which no rule has");
    };
    let mut text = format!("{means}\n\n");
    let _ = write!(text, "Severity {}. Fires when this answers anything", label(alert, "severity"));
    if !alert.wait.is_empty() {
        let _ = write!(text, " for {}", alert.wait);
    }
    let _ = write!(text, ":\n\n```promql\n{}\n```\n", lines(alert.query));
    if let Some((_, path)) = alert.annotations.iter().find(|(name, _)| *name == "dashboard") {
        let dashboard = system.dashboards.iter().find(|dashboard| path.strip_prefix("/d/") == Some(dashboard.uid));
        let title =
            dashboard.unwrap_or_else(|| panic!("the alert `{name}` links to {path}, which no dashboard has")).title;
        let _ = write!(text, "\nDashboard: [{title}]({path}).\n");
    }
    text.push_str("\nLook at:\n");
    for (i, look) in look.iter().enumerate() {
        let _ = write!(text, "\n{}. {}\n\n   ```promql\n", i + 1, look.tells);
        for line in lines(look.query).lines() {
            let _ = writeln!(text, "   {line}");
        }
        text.push_str("   ```\n");
    }
    let _ = write!(
        text,
        "\nTo mend it: {mend}\n\nTo silence it while you work on it: `amtool silence add alertname={name} --duration=1h --comment=\"…\"`.\n"
    );
    text
}

fn label(alert: &Alert, name: &str) -> &'static str {
    alert.labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value)
}

fn wait(alert: &Alert) -> &'static str {
    if alert.wait.is_empty() { "at once" } else { alert.wait }
}

fn lines(query: Query) -> String {
    query.text().trim().lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

fn one_line(query: Query) -> String {
    lines(query).replace('\n', " ")
}
