//! Input series of the tests.

use crate::pack::{
    budget::{Indicator, Of, Promise},
    dialect::Dialect,
    draft::series,
    promtool::{rising, steady},
};

/// Where tests run.
pub(super) const INSTANCE: &str = "a:1";

/// How calls end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// As promised.
    Good,
    /// With an error of the server, or too late.
    Bad,
    /// With an error of the caller.
    Callers,
}

/// Calls of whom a promise is about, for so many seconds.
pub(super) fn calls(
    indicator: &Indicator,
    promise: &Promise,
    dialect: &Dialect,
    seconds: u64,
    outcomes: &[(Outcome, String)],
) -> Vec<(String, String)> {
    let server = promise.of[0].as_str();
    let mut base = place(dialect, server);
    match promise.of.get(1) {
        Some(tool) => base.push((dialect.tool, tool)),
        None => base.push((dialect.method, "tools/call")),
    }
    let mut all: Vec<(String, String)> = info(dialect, server, seconds).into_iter().collect();
    if indicator.is_latency {
        all.extend(durations(indicator, promise, dialect, &base, outcomes));
        return all;
    }
    let kept = if indicator.of == Of::Servers { &dialect.work } else { &dialect.tool_work };
    let Some(kept) = kept else { return all };
    for (outcome, values) in outcomes {
        let mut labels = base.clone();
        let family = if *outcome == Outcome::Good { kept.good.family() } else { kept.bad.family() };
        labels.extend(match outcome {
            // The type of a success is empty with OpenTelemetry, and so is left out.
            Outcome::Good => (dialect.kind == "type").then_some(("status", "success")),
            Outcome::Bad => Some((dialect.kind, "tool_error")),
            Outcome::Callers if dialect.kind == "type" => Some((dialect.kind, "invalid_params")),
            Outcome::Callers => Some((dialect.kind, "-32602")),
        });
        all.push((series(family, &labels), values.clone()));
    }
    all
}

/// All calls, and those within the bound: good ones are in both.
fn durations(
    indicator: &Indicator,
    promise: &Promise,
    dialect: &Dialect,
    base: &[(&str, &str)],
    outcomes: &[(Outcome, String)],
) -> Vec<(String, String)> {
    let durations = if indicator.of == Of::Servers { &dialect.work_durations } else { &dialect.call_durations };
    let (Some(durations), Some(bound)) = (durations, promise.bound) else { return Vec::new() };
    let bound = bound.to_string();
    let mut all = Vec::new();
    // Each outcome is a series of its own, told apart by where it ran.
    for (outcome, values) in outcomes {
        let of = if *outcome == Outcome::Good { "a:1" } else { "b:1" };
        let mut labels: Vec<(&str, &str)> = base.iter().filter(|(name, _)| *name != "instance").copied().collect();
        labels.push(("instance", of));
        all.push((series(durations.count().family(), &labels), values.clone()));
        let within = if *outcome == Outcome::Good { values.clone() } else { "0x2000".to_owned() };
        labels.push(("le", &bound));
        all.push((series(durations.buckets().family(), &labels), within));
    }
    all
}

/// The labels that say which server it is: its own, or those of the target.
pub(super) fn place<'a>(dialect: &'a Dialect, server: &'a str) -> Vec<(&'a str, &'a str)> {
    match dialect.joins() {
        None => vec![(dialect.server, server), ("instance", INSTANCE)],
        Some(_) => vec![("job", "mcp-servers"), ("instance", INSTANCE)],
    }
}

/// What names the server of series that do not.
pub(super) fn info(dialect: &Dialect, server: &str, seconds: u64) -> Vec<(String, String)> {
    let Some(info) = dialect.joins() else { return Vec::new() };
    let of = |instance| {
        let labels = [("job", "mcp-servers"), ("instance", instance), (dialect.server, server)];
        (series(info, &labels), steady(1.0, seconds))
    };
    vec![of("a:1"), of("b:1")]
}

/// Calls that keep what is promised.
pub(super) fn healthy(indicator: &Indicator, dialect: &Dialect, seconds: u64) -> Vec<(String, String)> {
    let good = [(Outcome::Good, rising(60.0, seconds))];
    indicator.promises.iter().flat_map(|promise| calls(indicator, promise, dialect, seconds, &good)).collect()
}
