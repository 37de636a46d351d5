//! Targets and components: down, unhealthy, restarted; labels that overflow.

use cryptofunk_metrics_catalog::descriptor::ComponentKind;

use super::told::{Alerts, HEALTHY, SHORT};
use crate::pack::{
    dialect::fits,
    draft::{Alert, Look, Page, Scene, Severity, labels, look, series},
    facts::Facts,
    promtool::{rising, steady},
    records,
};

/// Targets that Prometheus cannot scrape.
pub(super) fn down(facts: &Facts, alerts: &mut Alerts) {
    if facts.of_kind(ComponentKind::McpServer).next().is_some() {
        let job = &facts.jobs.servers;
        let mut alert = target(facts, "MCPServerDown", job);
        alert.summary = "MCP server {{ $labels.instance }} is down".to_owned();
        alert.scenes = scenes(job, |instance, _| format!("MCP server {instance} is down"));
        alert.means = "Prometheus cannot scrape an MCP server: the process has ended, hangs, or its port is not reached. Clients that call it get \
                       nothing."
            .to_owned();
        alerts.all.push(alert);
        alerts.healthy.push((target_series(job), steady(1.0, HEALTHY)));
    }
    let others = facts.other_jobs();
    if let Some(job) = others.split('|').next().filter(|job| !job.is_empty()) {
        let mut alert = target(facts, "ComponentDown", &others);
        alert.summary = "{{ $labels.job }} {{ $labels.instance }} is down".to_owned();
        alert.scenes = scenes(job, |instance, job| format!("{job} {instance} is down"));
        alert.means =
            "Prometheus cannot scrape an agent or a service: the process has ended, hangs, or its port is not reached."
                .to_owned();
        alerts.all.push(alert);
        alerts.healthy.push((target_series(job), steady(1.0, HEALTHY)));
    }
}

fn target_series(job: &str) -> String {
    series("up", &[("job", first(job)), ("instance", "a:1")])
}

/// A job that a regular expression of names fits.
fn first(jobs: &str) -> &str {
    jobs.split('|').next().unwrap_or(jobs)
}

fn target(facts: &Facts, name: &'static str, jobs: &str) -> Alert {
    let jobs = fits(jobs);
    let mut looks = vec![look("Which targets answer:", format!("up{{job{jobs}}}"))];
    looks.extend(failing_agents(facts, "Which agents fail because of it:"));
    if let Some(uptime) = facts.families.name("component", "component_uptime_seconds") {
        let window = facts.clock.of(3_600);
        looks.push(look("How often components have restarted:", format!("resets({uptime}[{window}]) > 0")));
    }
    Alert {
        name,
        severity: Severity::Critical,
        expr: format!("up{{job{jobs}}} == 0"),
        wait: Some(facts.clock.of(120)),
        labels: Vec::new(),
        summary: String::new(),
        page: Page::Overview,
        means: String::new(),
        look: looks,
        mend: "read the end of the log of the process (standard error). If it ends at once after its start, the last line says why: a port \
               that is taken, a setting that is wrong, something that it cannot reach.",
        scenes: Vec::new(),
    }
}

fn scenes(job: &str, summary: impl Fn(&str, &str) -> String) -> Vec<Scene> {
    let job = first(job);
    let up = |value| vec![(target_series(job), steady(value, SHORT))];
    let fires = Some((labels(&[("job", job), ("instance", "a:1")]), summary("a:1", job)));
    vec![
        Scene { title: "fires when a target does not answer".to_owned(), series: up(0.0), at: SHORT, fires },
        Scene { title: "does not fire when it answers".to_owned(), series: up(1.0), at: SHORT, fires: None },
    ]
}

/// Health, restarts and labels.
pub(super) fn alerts(facts: &Facts, alerts: &mut Alerts) {
    if let Some(family) = facts.families.name("component", "component_healthy") {
        unhealthy(facts, family, alerts);
    }
    if let Some(family) = facts.families.name("component", "component_uptime_seconds") {
        restarted(facts, family, alerts);
    }
    if let Some(family) = facts.families.name("", "metrics_label_overflow_total") {
        overflow(facts, family, alerts);
    }
}

/// Calls of servers that fail, as agents see them.
fn failing_agents(facts: &Facts, tells: &str) -> Option<Look> {
    facts.families.name("agent", "agent_mcp_calls_total")?;
    let ratio = records::of_agents(facts, "agent_server", "agent_mcp_errors", "ratio");
    Some(look(tells, format!("{ratio} > 0")))
}

/// A component for tests.
fn example(facts: &Facts) -> &'static str {
    facts.components.first().map_or("example", |component| component.name)
}

fn unhealthy(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let component = example(facts);
    let at = |value| vec![(series(family, &[("component", component)]), steady(value, SHORT))];
    let told = format!("{component} says that it is unhealthy; its /health says why");
    let mut looks =
        vec![look("Which components:", format!("{family} == 0")), look("Whether targets are down:", "up == 0")];
    looks.extend(failing_agents(facts, "Whether calls of servers fail:"));
    alerts.healthy.push((series(family, &[("component", component)]), steady(1.0, HEALTHY)));
    alerts.all.push(Alert {
        name: "ComponentUnhealthy",
        severity: Severity::Warning,
        expr: format!("{family} == 0"),
        wait: Some(facts.clock.of(120)),
        labels: Vec::new(),
        summary: "{{ $labels.component }} says that it is unhealthy; its /health says why".to_owned(),
        page: Page::Overview,
        means: "A component runs, but one of its own health checks fails: something that it stands on does not work.".to_owned(),
        look: looks,
        mend: "ask its `/health`: each check has its state and the error of the last try. Mend what it names; the component becomes healthy \
               by itself.",
        scenes: vec![
            Scene {
                title: "fires when a health check fails".to_owned(),
                series: at(0.0),
                at: SHORT,
                fires: Some((labels(&[("component", component)]), told)),
            },
            Scene { title: "does not fire when all pass".to_owned(), series: at(1.0), at: SHORT, fires: None },
        ],
    });
}

fn restarted(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let component = example(facts);
    let (window, hour) = (facts.clock.of(600), facts.clock.of(3_600));
    let of = |values: String| vec![(series(family, &[("component", component)]), values)];
    alerts.healthy.push((series(family, &[("component", component)]), rising(60.0, HEALTHY)));
    let mut looks = vec![
        look("How often each has restarted:", format!("resets({family}[{hour}]) > 0")),
        look("Whether one is near the limit of its memory:", "process_resident_memory_bytes"),
    ];
    let healthy = facts.families.name("component", "component_healthy");
    looks.extend(healthy.map(|family| look("Whether all are well now:", format!("{family} == 0"))));
    alerts.all.push(Alert {
        name: "ComponentRestarted",
        severity: Severity::Info,
        expr: format!("resets({family}[{window}]) > 0"),
        wait: None,
        labels: Vec::new(),
        summary: "{{ $labels.component }} has ended and was started again".to_owned(),
        page: Page::Overview,
        means: format!(
            "A component has ended within the last {window} and runs again: it was killed, it died, or it was deployed. Nothing is to be done after \
             one restart; several are a fault."
        ),
        look: looks,
        mend: "read the end of the log of the process that ended. A container or a unit says how it ended: a signal, or an exit code.",
        scenes: vec![
            Scene {
                title: "fires when the uptime falls".to_owned(),
                series: of("0+60x14 0+60x5".to_owned()),
                at: SHORT,
                fires: Some((
                    labels(&[("component", component)]),
                    format!("{component} has ended and was started again"),
                )),
            },
            Scene { title: "does not fire while it runs".to_owned(), series: of(rising(60.0, SHORT)), at: SHORT, fires: None },
        ],
    });
}

fn overflow(facts: &Facts, family: &str, alerts: &mut Alerts) {
    let window = facts.clock.of(900);
    let of = |values: String| vec![(series(family, &[("metric", "example_total"), ("label", "name")]), values)];
    let told = "Values of name of example_total are recorded as other, for there are too many".to_owned();
    alerts.healthy.extend(of(steady(0.0, HEALTHY)));
    alerts.all.push(Alert {
        name: "LabelOverflow",
        severity: Severity::Info,
        expr: format!("sum by (metric, label) (increase({family}[{window}])) > 0"),
        wait: None,
        labels: Vec::new(),
        summary: "Values of {{ $labels.label }} of {{ $labels.metric }} are recorded as other, for there are too many".to_owned(),
        page: Page::Overview,
        means: "A label has met more values than its budget, so further ones are recorded as `other`. Sums stay right; the parts do not."
            .to_owned(),
        look: vec![
            look("Which family and label:", format!("sum by (metric, label) (increase({family}[{window}])) > 0")),
            look("How many series each target has:", "scrape_samples_scraped"),
        ],
        mend: "if the values are real, raise the limit where the label is declared. If not, find who sends them: something fills a label with \
               what it should not.",
        scenes: vec![
            Scene {
                title: "fires when a label overflows".to_owned(),
                series: of("0x10 5x20".to_owned()),
                at: SHORT,
                fires: Some((labels(&[("metric", "example_total"), ("label", "name")]), told)),
            },
            Scene { title: "does not fire when none does".to_owned(), series: of(steady(5.0, SHORT)), at: SHORT, fires: None },
        ],
    });
}
