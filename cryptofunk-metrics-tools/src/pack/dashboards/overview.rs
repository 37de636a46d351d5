//! How the whole system is.

use super::sheet::{RANGE, Sheet, chosen, line, lines, number, prints, servers, stacked};
use crate::{
    docs::{Level, Panel, Unit},
    pack::{
        clock::HOUR,
        constants::list,
        dialect::{Dialect, fits},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts) -> Sheet {
    let mut rows = vec![("Now", now(facts))];
    if let Some(dialect) = &facts.dialect {
        rows.extend([("Requests now", requests(facts, dialect)), ("MCP servers", of_servers(facts, dialect))]);
    }
    rows.extend([("Components", components(facts)), ("Processes", processes(facts)), ("Scrapes", scrapes(facts))]);
    Sheet {
        page: Page::Overview,
        title: "overview",
        description: "Whether everything is up, how much is asked, how much fails, and how long it takes.",
        variables: facts.dialect.as_ref().map(servers).unwrap_or_default(),
        rows,
    }
}

fn now(facts: &Facts) -> Vec<Panel> {
    let count = |title, of: &str| number(title, Unit::Number, vec![line("", format!("count({of}) or vector(0)"))]);
    let mut panels = vec![
        count("Targets down", "up == 0")
            .levels(Level::Good, &[(1.0, Level::Bad)])
            .about("That Prometheus cannot scrape."),
    ];
    panels.extend(facts.families.name("component", "component_healthy").map(|family| {
        count("Components unhealthy", &format!("{family} == 0"))
            .levels(Level::Good, &[(1.0, Level::Bad)])
            .about("Their /health says why.")
    }));
    panels.push(
        count("Alerts", r#"ALERTS{alertstate="firing"}"#)
            .levels(Level::Good, &[(1.0, Level::Warning)])
            .about("That fire on this Prometheus."),
    );
    panels
}

fn requests(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
    let (window, server) = (facts.window(), chosen(dialect));
    let mut panels = Vec::new();
    let all = [("Requests", &dialect.requests), ("Tool calls", &dialect.calls)];
    for (title, series) in all {
        let Some(series) = series else { continue };
        panels.push(number(
            title,
            Unit::PerSecond,
            vec![line("", format!("sum({})", dialect.rate(series, &server, &window)))],
        ));
    }
    if dialect.requests.is_some() {
        let ratio = format!("max({}{{{}{}}})", records::error_ratio(facts, dialect), dialect.server, fits(&server));
        panels.push(
            number("Worst share of failing requests", Unit::Ratio, vec![line("", ratio)])
                .levels(Level::Good, &[(0.05, Level::Warning), (0.1, Level::Bad)]),
        );
    }
    if let Some(in_flight) = facts.families.name("mcp", "mcp_requests_in_flight") {
        panels.push(number(
            "In flight",
            Unit::Number,
            vec![line("", format!("sum({in_flight}{{server{}}})", fits(&server)))],
        ));
    }
    if let Some(sessions) = facts.families.name("mcp", "mcp_sessions_active") {
        panels.push(number(
            "Open sessions",
            Unit::Number,
            vec![line("", format!("sum({sessions}{{server{}}})", fits(&server)))],
        ));
    }
    panels
}

fn of_servers(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
    let (server, only) = (chosen(dialect), format!("{{{}{}}}", dialect.server, fits(&chosen(dialect))));
    let mut panels = Vec::new();
    if let Some(requests) = &dialect.requests {
        let rate = dialect.rate(requests, &server, RANGE);
        let by = dialect.server;
        panels.push(stacked(
            "Requests by server",
            Unit::PerSecond,
            vec![line(prints(&[by]), format!("sum by ({by}) ({rate})"))],
        ));
        let ratio = format!("{}{only}", records::error_ratio(facts, dialect));
        panels.push(
            lines("Share of requests that fail", Unit::Ratio, vec![line(prints(&[by]), ratio)])
                .about("Through the server's fault or the caller's. The line is where HighMCPErrorRate begins.")
                .levels(Level::Good, &[(0.1, Level::Bad)]),
        );
    }
    if dialect.request_durations.is_some() {
        let of = |percent| {
            let name = records::request_percentile(facts, dialect, percent);
            line(format!("{} p{percent}", prints(&[dialect.server])), format!("{name}{only}"))
        };
        panels.push(lines("Latency of requests", Unit::Seconds, vec![of(50), of(95), of(99)]));
    }
    panels
}

fn components(facts: &Facts) -> Vec<Panel> {
    let name = |end| facts.families.name("component", end);
    let mut panels = vec![
        Panel::timeline("Targets", list(vec![line("{{job}} {{instance}}", "up")]))
            .about("Whether Prometheus could scrape them.")
            .states(("down", Level::Bad), ("up", Level::Good)),
    ];
    panels.extend(name("component_healthy").map(|family| {
        Panel::timeline("Health", list(vec![line("{{component}}", family)]))
            .states(("unhealthy", Level::Bad), ("healthy", Level::Good))
    }));
    panels.extend(name("component_uptime_seconds").map(|family| {
        lines("Time since the start", Unit::Seconds, vec![line("{{component}}", family)])
            .about("A line that falls is a restart.")
    }));
    panels
}

fn processes(facts: &Facts) -> Vec<Panel> {
    let Some(info) = facts.families.name("component", "build_info") else { return Vec::new() };
    let of = |series: &str| {
        vec![line("{{component}}", format!("{series} * on (job, instance) group_left (component) {info}"))]
    };
    vec![
        lines("Processor", Unit::Ratio, of(&format!("rate(process_cpu_seconds_total[{RANGE}])")))
            .about("100 % is one core."),
        lines("Memory", Unit::Bytes, of("process_resident_memory_bytes")),
        lines("Open files", Unit::Number, of("process_open_fds")),
        lines(
            "Versions",
            Unit::Number,
            vec![line("{{component}} {{version}}", format!("count by (component, version) ({info})"))],
        )
        .about("How many processes run each version."),
    ]
}

/// What measuring costs, and what it leaves out.
fn scrapes(facts: &Facts) -> Vec<Panel> {
    let of = |series: &str| vec![line("{{job}} {{instance}}", series)];
    let mut panels = vec![
        lines("Time of a scrape", Unit::Seconds, of("scrape_duration_seconds")),
        lines("Samples of a scrape", Unit::Number, of("scrape_samples_scraped")),
    ];
    panels.extend(facts.families.name("", "metrics_label_overflow_total").map(|family| {
        let window = facts.clock.of(HOUR);
        let expr = format!("sum by (metric, label) (increase({family}[{window}]))");
        lines("Values recorded as other, an hour", Unit::Number, vec![line("{{metric}} {{label}}", expr)])
            .about("A label has more values than its budget: LabelOverflow.")
    }));
    panels
}
