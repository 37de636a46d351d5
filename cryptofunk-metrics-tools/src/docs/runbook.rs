use std::fmt::Write as _;

use super::System;
use cryptofunk_metrics_query::{Alert, Query};

/// What to do about an alert, written by somebody who knows the system.
#[derive(Debug, Clone, Copy)]
pub struct Advice {
    /// The alert's name.
    pub alert: &'static str,
    /// What has happened, and what it does to users.
    pub means: &'static str,
    /// What to look at first.
    pub look: &'static [Look],
    /// How to mend it.
    pub mend: &'static str,
}

/// Something to look at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// What the answer tells.
    pub tells: &'static str,
    /// The query to paste.
    pub query: Query,
}

impl System<'_> {
    /// The runbook as Markdown that begins with `head`: a table of the alerts, and what to do about each.
    ///
    /// # Panics
    ///
    /// If an alert has no advice, or there is advice about an alert that no rule has.
    pub fn runbook_markdown(&self, head: &str) -> String {
        let alerts: Vec<&Alert> = self.alerts().collect();
        if let Some(alert) = alerts.iter().find(|alert| self.advice.iter().all(|advice| advice.alert != alert.name)) {
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
        for advice in self.advice {
            let _ = write!(text, "\n## {}\n\n{}", advice.alert, advice_markdown(self, advice));
        }
        text
    }

    pub(super) fn alerts(&self) -> impl Iterator<Item = &'static Alert> {
        self.rules.iter().flat_map(|rules| rules.alerts())
    }
}

/// What is known about an alert, and what somebody wrote about it.
pub(super) fn advice_markdown(system: &System<'_>, Advice { alert: name, means, look, mend }: &Advice) -> String {
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
