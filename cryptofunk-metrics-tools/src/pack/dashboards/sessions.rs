//! Sessions, methods and versions of the protocol.

use super::sheet::{RANGE, Sheet, chosen, line, lines, or_zero, prints, servers, stacked};
use crate::{
    docs::{Panel, Unit},
    pack::{
        dialect::{Dialect, fits},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts, dialect: &Dialect) -> Sheet {
    Sheet {
        page: Page::Sessions,
        title: "sessions and protocol",
        description: "Who is connected, over which transport and version of the protocol, for how long, and what is asked.",
        variables: servers(dialect),
        rows: vec![
            ("Sessions", sessions(facts, dialect)),
            ("Protocol", protocol(facts, dialect)),
            ("Load", load(facts, dialect)),
        ],
    }
}

fn sessions(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
    let server = chosen(dialect);
    let mut panels = Vec::new();
    if let Some(active) = facts.families.name("mcp", "mcp_sessions_active") {
        let expr = format!("sum by (server, transport) ({active}{{server{}}})", fits(&server));
        panels.push(lines("Open sessions", Unit::Number, vec![line("{{server}} {{transport}}", expr)]));
    }
    if let Some(opened) = facts.families.name("mcp", "mcp_sessions_total") {
        let expr = format!("sum by (server, protocol_version) (rate({opened}{{server{}}}[{RANGE}]))", fits(&server));
        panels.push(stacked("Sessions opened", Unit::PerSecond, vec![line("{{server}} {{protocol_version}}", expr)]));
    }
    if let Some(durations) = &dialect.session_durations {
        let rate = dialect.rate(&durations.buckets(), &server, RANGE);
        let expr = |percent| records::percentile(percent, dialect.server, &rate);
        let of = |percent| line(format!("{} p{percent}", prints(&[dialect.server])), expr(percent));
        panels.push(
            lines("Duration of sessions", Unit::Seconds, vec![of(50), of(95)]).about("Of sessions that have ended."),
        );
    }
    panels
}

fn protocol(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
    let server = chosen(dialect);
    let mut panels = Vec::new();
    if let Some(requests) = &dialect.requests {
        let expr = format!("sum by ({}) ({})", dialect.method, dialect.rate(requests, &server, RANGE));
        panels.push(stacked("Requests by method", Unit::PerSecond, vec![line(prints(&[dialect.method]), expr)]));
    }
    if let Some(durations) = &dialect.request_durations {
        let rate = dialect.rate(&durations.buckets(), &server, RANGE);
        panels.push(lines(
            "95th percentile of the latency by method",
            Unit::Seconds,
            vec![line(prints(&[dialect.method]), records::percentile(95, dialect.method, &rate))],
        ));
    }
    let opened = facts.families.name("mcp", "mcp_sessions_total");
    let versions = match (opened, &dialect.requests) {
        (Some(opened), _) => Some(format!("rate({opened}{{server{}}}[{RANGE}])", fits(&server))),
        // Only OpenTelemetry's requests have the labels.
        (None, Some(requests)) if dialect.joins().is_some() => Some(dialect.rate(requests, &server, RANGE)),
        _ => None,
    };
    if let Some(rate) = versions {
        for (title, label) in [("Versions of the protocol", dialect.protocol), ("Transports", dialect.transport)] {
            panels.push(stacked(
                title,
                Unit::PerSecond,
                vec![line(prints(&[label]), format!("sum by ({label}) ({rate})"))],
            ));
        }
    }
    panels
}

fn load(facts: &Facts, dialect: &Dialect) -> Vec<Panel> {
    let server = chosen(dialect);
    let mut panels = Vec::new();
    if let Some(in_flight) = facts.families.name("mcp", "mcp_requests_in_flight") {
        let expr = format!("sum by (server) ({in_flight}{{server{}}})", fits(&server));
        panels.push(lines("Requests in flight", Unit::Number, vec![line("{{server}}", expr)]));
    }
    if let (Some(errors), Some(refused)) = (&dialect.errors, dialect.refused) {
        let expr = or_zero(dialect, &errors.with(refused), &server);
        panels.push(lines("Refused requests", Unit::PerSecond, vec![line(prints(&[dialect.server]), expr)]).about(
            "Before a handler saw them: no place, no token, a host that is not allowed, a session that is over.",
        ));
    }
    panels
}
