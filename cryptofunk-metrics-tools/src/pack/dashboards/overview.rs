//! How the whole system is.

use super::sheet::{RANGE, Sheet, chosen, line, lines, number, prints, servers, stacked};
use crate::{
    docs::{Level, Panel, Unit},
    pack::{
        constants::list,
        dialect::{Dialect, fits},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts) -> Sheet {
    let mut rows = Vec::new();
    if let Some(dialect) = &facts.dialect {
        rows.extend([("Now", now(facts, dialect)), ("MCP servers", of_servers(facts, dialect))]);
    }
    rows.extend([("Components", components(facts)), ("Processes", processes(facts))]);
    Sheet {
        page: Page::Overview,
        title: "overview",
        description: "Whether everything is up, how much is asked, how much fails, and how long it takes.",
        variables: facts.dialect.as_ref().map(servers).unwrap_or_default(),
        rows,
    }
}

fn now(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
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
    panels.push(
        number("Alerts", Unit::Number, vec![line("", r#"count(ALERTS{alertstate="firing"}) or vector(0)"#)])
            .levels(Level::Good, &[(1.0, Level::Warning)])
            .about("That fire on this Prometheus."),
    );
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
        lines(
            "Versions",
            Unit::Number,
            vec![line("{{component}} {{version}}", format!("count by (component, version) ({info})"))],
        )
        .about("How many processes run each version."),
    ]
}
