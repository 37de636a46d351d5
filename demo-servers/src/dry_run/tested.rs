//! Alerts that nothing here causes: promtool's tests of the shipped rules show that they fire, and when they do not.

use std::path::{Path, PathBuf};

use demo_servers::monitoring;
use tokio::process::Command;

use super::{
    report::{Outcome, Report},
    stack::{files, read},
};
use crate::service::program;

/// Proves every alert that has no cause, or those of these names.
pub(super) async fn prove(
    report: &mut Report,
    root: &Path,
    only: &[String],
    is_caused: fn(&str) -> bool,
) -> anyhow::Result<()> {
    let wanted = |name: &&str| !is_caused(name) && (only.is_empty() || only.iter().any(|one| one == name));
    let alerts: Vec<&str> = monitoring::alerts().map(|alert| alert.name).filter(wanted).collect();
    if alerts.is_empty() {
        return Ok(());
    }
    report.progress("running promtool's tests of the rules");
    let tests = files(&root.join("deployments/prometheus/rules/tests"), "yml")?;
    let mut cases = String::new();
    for file in &tests {
        cases += &read(file)?;
    }
    let outcome = outcome(&tests).await?;
    for alert in alerts {
        let has_a_case = cases.contains(&format!("alertname: {alert}\n        exp_alerts:\n"));
        let none = || Outcome::Failed("promtool's tests have no case in which it fires".to_owned());
        report.add("tested", alert, if has_a_case { outcome.clone() } else { none() });
    }
    Ok(())
}

async fn outcome(tests: &[PathBuf]) -> anyhow::Result<Outcome> {
    let Ok(program) = program("promtool") else { return Ok(Outcome::Skipped("promtool is not installed".to_owned())) };
    let output = Command::new(program).args(["test", "rules"]).args(tests).output().await?;
    Ok(match output.status.success() {
        true => Outcome::Proven,
        false => Outcome::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    })
}
