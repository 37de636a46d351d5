//! What is proven beside alerts: targets, families, rules, panels, and that the linter finds nothing.

use std::{path::Path, time::SystemTime};

use anyhow::Context;
use cryptofunk_metrics::descriptor::{MetricDescriptor, MetricKind};
use cryptofunk_metrics_tools::{
    docs::Dashboard,
    lint::{Linter, Scrape, read_catalog},
};
use demo_servers::{CATALOG, TOPOLOGY, monitoring};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{
    report::{Outcome, Report},
    shorten::ranges,
    stack::{LOOK, Stack, files, read},
};

/// Families that no load moves, each with the reason.
const STILL: [(&str, &str); 3] = [
    ("cryptofunk_build_info", "it is always 1"),
    ("cryptofunk_database_connections_max", "it is a setting"),
    ("cryptofunk_orchestrator_sessions_active", "there is always one session"),
];

/// Every component is scraped.
pub(super) async fn targets(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    report.progress("waiting for Prometheus to scrape every component");
    let wanted = TOPOLOGY.len();
    stack
        .until(stack.patience, async || stack.query("count(up == 1)").await.is_ok_and(|up| up == [wanted as f64]))
        .await;
    let data = stack.prometheus("/api/v1/targets", &[("state", "active")]).await?;
    let targets = data["activeTargets"].as_array().cloned().unwrap_or_default();
    for component in TOPOLOGY {
        let address = format!("127.0.0.1:{}", component.port + stack.offset);
        let target = targets.iter().find(|target| target["labels"]["instance"] == address.as_str());
        let outcome = match target {
            None => Outcome::Failed(format!("Prometheus has no target {address}")),
            Some(target) if target["health"] != "up" => {
                Outcome::Failed(format!("{address} is {}: {}", text(&target["health"]), text(&target["lastError"])))
            }
            Some(_) => Outcome::Proven,
        };
        report.add("target", component.name, outcome);
    }
    Ok(())
}

/// Every rule is loaded, and evaluates without an error or a warning.
pub(super) async fn rules(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    report.progress("looking at the rules");
    let alerts = monitoring::alerts().map(|rule| rule.name);
    let names: Vec<&str> = monitoring::records().map(|rule| rule.name).chain(alerts).collect();
    let load = async || -> anyhow::Result<Vec<Value>> {
        let data = stack.prometheus("/api/v1/rules", &[]).await?;
        let groups = data["groups"].as_array().cloned().unwrap_or_default();
        Ok(groups.iter().flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default()).collect())
    };
    let evaluated = async || load().await.is_ok_and(|rules| rules.iter().all(|rule| rule["health"] != "unknown"));
    stack.until(stack.patience, evaluated).await;
    let rules = load().await?;
    for name in names {
        let outcome = match rules.iter().find(|rule| rule["name"] == name) {
            None => Outcome::Failed("Prometheus has not loaded it".to_owned()),
            Some(rule) if rule["health"] != "ok" => Outcome::Failed(text(&rule["lastError"]).to_owned()),
            Some(rule) => match stack.query(text(&rule["query"])).await {
                Ok(_) => Outcome::Proven,
                Err(error) => Outcome::Failed(error.to_string()),
            },
        };
        report.add("rule", name, outcome);
    }
    Ok(())
}

/// Every family is collected, and has a series that has moved.
pub(super) async fn families(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    report.progress("looking at what every family has recorded");
    let end = Instant::now() + stack.patience;
    for family in CATALOG.iter() {
        report.add("family", family.name, settled(end, async || of_family(stack, family).await).await?);
    }
    Ok(())
}

/// What is proven at last: until then, or until it is.
async fn settled(end: Instant, look: impl AsyncFn() -> anyhow::Result<Outcome>) -> anyhow::Result<Outcome> {
    loop {
        let outcome = look().await?;
        if !matches!(outcome, Outcome::Failed(_)) || Instant::now() >= end {
            return Ok(outcome);
        }
        sleep(LOOK).await;
    }
}

async fn of_family(stack: &Stack, family: &MetricDescriptor) -> anyhow::Result<Outcome> {
    match is_optional(family, stack) {
        Some(reason) => Ok(Outcome::Skipped(reason.to_owned())),
        None => collected(stack, family, STILL.iter().any(|(name, _)| *name == family.name)).await,
    }
}

async fn collected(stack: &Stack, family: &MetricDescriptor, is_still: bool) -> anyhow::Result<Outcome> {
    let name = match family.kind {
        MetricKind::Histogram => format!("{}_count", family.name),
        _ => family.name.to_owned(),
    };
    if stack.query(&format!("count(last_over_time({name}[10m]))")).await?.is_empty() {
        return Ok(Outcome::Failed("it is not collected: there is no series of it".to_owned()));
    }
    let moved = format!("count(max_over_time({name}[10m]) > min_over_time({name}[10m]))");
    Ok(match is_still || !stack.query(&moved).await?.is_empty() {
        true => Outcome::Proven,
        false => Outcome::Failed("no series of it has moved under the load, so nothing records it".to_owned()),
    })
}

/// Why a family cannot move here.
fn is_optional(family: &MetricDescriptor, stack: &Stack) -> Option<&'static str> {
    match family.name {
        "cryptofunk_redis_connections_active" if !stack.has.redis => Some("redis-server is not installed"),
        "cryptofunk_nats_messages_published_total" | "cryptofunk_nats_messages_received_total" if !stack.has.nats => {
            Some("nats-server is not installed")
        }
        _ => None,
    }
}

/// Every query of every panel has answered something since the start.
pub(super) async fn panels(stack: &Stack, report: &mut Report, root: &Path, began: Instant) -> anyhow::Result<()> {
    report.progress("asking what every panel asks");
    let end = Instant::now() + stack.patience;
    for file in files(&root.join("deployments/grafana/dashboards"), "json")? {
        let dashboard: Value =
            serde_json::from_str(&read(&file)?).with_context(|| format!("{} is no JSON", file.display()))?;
        let panels: Vec<&Value> = dashboard["panels"].as_array().into_iter().flatten().collect();
        let mut row = "";
        for panel in &panels {
            let title = text(&panel["title"]);
            if text(&panel["type"]) == "row" {
                row = title;
            }
            let Some(targets) = panel["targets"].as_array() else { continue };
            let outcome = settled(end, async || of_panel(stack, targets, began).await).await?;
            let dashboard = text(&dashboard["title"]);
            // Objectives have the same panels, each in a row of its own.
            let name = match panels.iter().filter(|other| text(&other["title"]) == title).count() {
                1 => format!("{dashboard} / {title}"),
                _ => format!("{dashboard} / {row} / {title}"),
            };
            report.add("panel", name, outcome);
        }
    }
    Ok(())
}

async fn of_panel(stack: &Stack, targets: &[Value], began: Instant) -> anyhow::Result<Outcome> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let (start, end) = ((now - began.elapsed().as_secs()).to_string(), now.to_string());
    for target in targets {
        let query = without_variables(text(&target["expr"]));
        let arguments = [("query", query.as_str()), ("start", &start), ("end", &end), ("step", "1")];
        match stack.prometheus("/api/v1/query_range", &arguments).await {
            Ok(data) if data["result"].as_array().is_some_and(|series| series.iter().any(has_a_number)) => {}
            Ok(_) => return Ok(Outcome::Failed(format!("this has no data: {query}"))),
            Err(error) => return Ok(Outcome::Failed(format!("{error}: {query}"))),
        }
    }
    Ok(Outcome::Proven)
}

fn has_a_number(series: &Value) -> bool {
    let mut values = series["values"].as_array().into_iter().flatten();
    values.any(|value| value[1].as_str().is_some_and(|value| value != "NaN"))
}

/// The query as Grafana would ask it, with everything chosen and the shortened ranges of this run.
fn without_variables(query: &str) -> String {
    let mut query = ranges(query).replace("$__rate_interval", "10s");
    for variable in monitoring::system().dashboards.iter().flat_map(|Dashboard { variables, .. }| *variables) {
        query = query.replace(&format!("${}", variable.name), ".*");
    }
    query
}

/// The linter finds nothing: in what is shipped, and in what every component exposes.
pub(super) async fn lint(stack: &Stack, report: &mut Report, root: &Path) -> anyhow::Result<()> {
    report.progress("running the linter on what is shipped, and on what every component exposes");
    let declared = read_catalog(&read(&root.join("docs/catalog.json"))?)?;
    let mut shipped = files(&root.join("deployments/prometheus/rules"), "yml")?;
    shipped.extend(files(&root.join("deployments/grafana/dashboards"), "json")?);
    let mut texts = Vec::new();
    for file in shipped {
        texts.push((file.display().to_string(), read(&file)?));
    }
    let found = Linter::new(declared.catalog).lint(&texts);
    let mistakes = found.findings.iter().map(|one| format!("{}: {}: {}", one.file, one.rule.name(), one.message));
    let unused = found.unused.iter().map(|family| format!("nothing asks for {family}"));
    report.add("lint", "what is shipped", nothing(mistakes.chain(unused)));
    for component in TOPOLOGY {
        let request = stack.client.get(stack.url(component, "/metrics")).header("Accept", "text/plain");
        let scrape = Scrape::read(component.name, &request.send().await?.text().await?)?;
        let differences = scrape.differences(&declared, &["process_", "tokio_"]);
        report.add(
            "lint",
            component.name,
            nothing(differences.iter().map(|one| format!("{}: {}", one.family, one.message))),
        );
    }
    Ok(())
}

/// Proven if nothing was found.
fn nothing(found: impl Iterator<Item = String>) -> Outcome {
    match found.collect::<Vec<_>>() {
        found if found.is_empty() => Outcome::Proven,
        found => Outcome::Failed(found.join("; ")),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
