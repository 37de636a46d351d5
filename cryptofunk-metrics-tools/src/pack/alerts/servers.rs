//! MCP servers: errors, slow tools, panics, refused requests, sessions.

use super::told::{Alerts, HEALTHY, SHORT};
use crate::pack::{
    dialect::{Dialect, Series},
    draft::{Alert, Labels, Page, Scene, Severity, labels, look, series},
    facts::Facts,
    promtool::{rising, steady},
    records, stage,
};

/// From which share of failing requests on a server is looked at.
const MOST_ERRORS: f64 = 0.1;

/// The share of the sessions that may be open.
const MOST_SESSIONS: f64 = 0.9;

pub(super) fn alerts(facts: &Facts, dialect: &Dialect, alerts: &mut Alerts) {
    if let (Some(all), Some(failed)) = (&dialect.requests, &dialect.failed_requests) {
        alerts.all.push(errors(facts, dialect, all, failed));
    }
    alerts.all.extend(slow(facts, dialect));
    if let (Some(errors), Some(panics)) = (&dialect.errors, dialect.panics) {
        alerts.all.push(panicked(facts, dialect, &errors.with(panics)));
    }
    if let (Some(errors), Some(refused)) = (&dialect.errors, dialect.refused) {
        alerts.all.push(self::refused(facts, dialect, &errors.with(refused)));
    }
    if let Some(sessions) = facts.families.name("mcp", "mcp_sessions_active") {
        alerts.all.push(saturated(facts, sessions));
        let (server, _) = facts.example();
        alerts.healthy.push((series(sessions, &[("server", server), ("transport", "http")]), steady(3.0, HEALTHY)));
    }
}

/// An input series of a server, with further labels.
fn input(facts: &Facts, dialect: &Dialect, family: &Series, more: &[(&str, &str)]) -> String {
    let mut labels = stage::place(dialect, facts.example().0);
    labels.extend(more);
    series(family.family(), &labels)
}

/// Series of a scene, with what names the server.
fn scene(facts: &Facts, dialect: &Dialect, title: &str, input: Vec<(String, String)>) -> Scene {
    let mut series = stage::info(dialect, facts.example().0, SHORT);
    series.extend(input);
    Scene { title: title.to_owned(), series, at: SHORT, fires: None }
}

fn fires(scene: Scene, labels: Labels, summary: String) -> Scene {
    Scene { fires: Some((labels, summary)), ..scene }
}

fn errors(facts: &Facts, dialect: &Dialect, all: &Series, failed: &Series) -> Alert {
    let (server, window, few) = (dialect.server, facts.window(), facts.few);
    let ratio = records::error_ratio(facts, dialect);
    let failures = dialect.over("increase", failed, "", &window);
    let is_otel = dialect.joins().is_some();
    let (good, bad) =
        if is_otel { (None, ("error_type", "tool_error")) } else { (Some(("status", "success")), ("status", "error")) };
    let method = (dialect.method, "tools/call");
    let good = input(facts, dialect, all, &[Some(method), good].into_iter().flatten().collect::<Vec<_>>());
    let bad = input(facts, dialect, all, &[method, bad]);
    let name = facts.example().0;
    let title = "fires when a quarter of the requests fails";
    let told = format!("25% of the requests to {name} fail");
    let of = |title, goods: f64, bads: f64| {
        scene(facts, dialect, title, vec![(good.clone(), rising(goods, SHORT)), (bad.clone(), rising(bads, SHORT))])
    };
    let mut looks = vec![];
    if dialect.failed_calls.is_some() {
        looks.push(look("Which tools fail:", format!("topk(5, {})", records::tool_error_ratio(facts, dialect))));
    }
    if let Some(errors) = &dialect.errors {
        let rate = dialect.rate(errors, "", &window);
        looks.push(look(
            "Which errors there are:",
            format!("topk(5, sum by ({server}, {}, {}) ({rate}))", dialect.method, dialect.kind),
        ));
    }
    if dialect.request_durations.is_some() {
        let p99 = records::request_percentile(facts, dialect, 99);
        looks.push(look("Whether it also became slow, as with a database that does not answer:", p99));
    }
    Alert {
        name: "HighMCPErrorRate",
        severity: Severity::Warning,
        expr: format!("{ratio} > {MOST_ERRORS}\nand\nsum by ({server}) ({failures}) >= {few}"),
        wait: Some(facts.clock.of(300)),
        labels: Vec::new(),
        summary: format!("{{{{ $value | humanizePercentage }}}} of the requests to {{{{ $labels.{server} }}}} fail"),
        page: Page::Errors,
        means: format!(
            "More than one in ten requests to an MCP server fail, and at least {few} in {window}: a tool that answers with an error or panics, or \
             clients that send what it cannot accept."
        ),
        look: looks,
        mend: "call the failing tool by hand; the answer says what is wrong. If one client sends what the tool refuses, mend the client; if \
               the tool stands on a database or another server, mend that.",
        scenes: vec![
            fires(of(title, 60.0, 20.0), labels(&[(server, name)]), told),
            of("does not fire when one in twenty fails", 95.0, 5.0),
            of("does not fire at few requests", 0.0, 0.5),
        ],
    }
}

fn slow(facts: &Facts, dialect: &Dialect) -> Option<Alert> {
    let durations = dialect.call_durations.as_ref()?;
    let limit = facts.slow;
    let above = durations.bounds.iter().find(|bound| **bound > limit)?;
    let below = durations.bounds.first()?;
    let ratio = records::call_percentile(facts, dialect);
    let (name, tool) = facts.example();
    let of = |title, bound: &f64| {
        let tool = (dialect.tool, tool);
        let bucket =
            |le: &str, by| (input(facts, dialect, &durations.buckets(), &[tool, ("le", le)]), rising(by, SHORT));
        let others = durations.bounds.iter().filter(|one| *one < bound).map(|one| bucket(&one.to_string(), 0.0));
        let from = durations.bounds.iter().filter(|one| *one >= bound).map(|one| bucket(&one.to_string(), 10.0));
        scene(facts, dialect, title, others.chain(from).chain([bucket("+Inf", 10.0)]).collect())
    };
    let told = format!("The tool {tool} of {name} takes more than {limit} s");
    let calls = dialect.calls.as_ref().map(|calls| dialect.rate(calls, "", &facts.window()));
    let mut looks = vec![look("Which tools:", format!("topk(5, {ratio})"))];
    looks.extend(calls.map(|rate| {
        look(
            "Whether they are called more than usual:",
            format!("topk(5, sum by ({}, {}) ({rate}))", dialect.server, dialect.tool),
        )
    }));
    Some(Alert {
        name: "MCPToolSlow",
        severity: Severity::Warning,
        expr: format!("{ratio} > {limit}"),
        wait: Some(facts.clock.of(600)),
        labels: Vec::new(),
        summary: format!(
            "The tool {{{{ $labels.{} }}}} of {{{{ $labels.{} }}}} takes more than {limit} s",
            dialect.tool, dialect.server
        ),
        page: Page::Tools,
        means: format!(
            "One in twenty calls of a tool takes more than {limit} s. Models and people wait for it, and clients give up."
        ),
        look: looks,
        mend: "see what the tool waits for: a database, another server, a language model. `#[mcp_tool(timeout = \"…\")]` bounds what callers \
               wait; an objective of its own says what is promised.",
        scenes: vec![
            fires(
                of("fires when calls take too long", above),
                labels(&[(dialect.server, name), (dialect.tool, tool)]),
                told,
            ),
            of("does not fire when they are fast", below),
        ],
    })
}

fn panicked(facts: &Facts, dialect: &Dialect, panics: &Series) -> Alert {
    let (server, name) = (dialect.server, facts.example().0);
    let window = facts.clock.of(600);
    let increase = dialect.over("increase", panics, "", &window);
    let of = |title, values: &str| {
        let labels = [(dialect.method, "tools/call"), (dialect.kind, "panic")];
        scene(facts, dialect, title, vec![(input(facts, dialect, panics, &labels), values.to_owned())])
    };
    Alert {
        name: "MCPHandlerPanicked",
        severity: Severity::Warning,
        expr: format!("sum by ({server}) ({increase}) > 0"),
        wait: None,
        labels: Vec::new(),
        summary: format!("A tool or a handler of {{{{ $labels.{server} }}}} panicked"),
        page: Page::Errors,
        means: "The code of a tool or a handler panicked. The client got an error and the server goes on, but a panic is a fault of the code: \
                an assumption that does not hold."
            .to_owned(),
        look: vec![look(
            "Which servers and methods:",
            format!("sum by ({server}, {}) ({increase}) > 0", dialect.method),
        )],
        mend: "the server's log has the message of the panic with the file and the line. Make an error of it that tells the caller what to do.",
        scenes: vec![
            fires(
                of("fires at one panic", "0x10 1x20"),
                labels(&[(server, name)]),
                format!("A tool or a handler of {name} panicked"),
            ),
            of("does not fire at an old one", "1x30"),
        ],
    }
}

fn refused(facts: &Facts, dialect: &Dialect, refused: &Series) -> Alert {
    let (server, name, window) = (dialect.server, facts.example().0, facts.window());
    // Fewer than this are what any port on a network meets.
    let most = 10 * facts.few;
    let increase = dialect.over("increase", refused, "", &window);
    let of = |title, by| {
        let labels = [(dialect.method, "other"), (dialect.kind, "refused")];
        scene(facts, dialect, title, vec![(input(facts, dialect, refused, &labels), rising(by, SHORT))])
    };
    Alert {
        name: "MCPRequestsRefused",
        severity: Severity::Warning,
        expr: format!("sum by ({server}) ({increase}) > {most}"),
        wait: Some(facts.clock.of(300)),
        labels: Vec::new(),
        summary: format!("{{{{ $labels.{server} }}}} refuses requests before a handler sees them"),
        page: Page::Sessions,
        means: format!(
            "More than {most} requests in {window} were refused before a handler saw them: no place for another call, session or connection, no or a \
             wrong token, a host that is not allowed, a body that is too large, a session that is over."
        ),
        look: vec![
            look("Which servers:", format!("sum by ({server}) ({increase})")),
            look("How many sessions are open:", sessions(facts).unwrap_or_else(|| "up".to_owned())),
        ],
        mend: "the status of the answers says which it is: 401 and 403 are tokens, hosts and origins; 404 is a session that is over; 413 is a \
               large body; 503 has no place, and more processes or higher limits (`mcp::HttpSettings`) help.",
        scenes: vec![
            fires(
                of("fires when many are refused", f64::from(most)),
                labels(&[(server, name)]),
                format!("{name} refuses requests before a handler sees them"),
            ),
            of("does not fire when some are", f64::from(facts.few) / 10.0),
        ],
    }
}

fn sessions(facts: &Facts) -> Option<String> {
    facts.families.name("mcp", "mcp_sessions_active").map(str::to_owned)
}

fn saturated(facts: &Facts, family: &str) -> Alert {
    let name = facts.example().0;
    let limit = f64::from(facts.sessions);
    let of = |title: &str, value| Scene {
        title: title.to_owned(),
        series: vec![(
            series(family, &[("server", name), ("transport", "http"), ("instance", "a:1")]),
            steady(value, SHORT),
        )],
        at: SHORT,
        fires: None,
    };
    let told = format!("{name} (a:1) has nearly as many open sessions as it may have");
    Alert {
        name: "MCPSessionsSaturated",
        severity: Severity::Warning,
        expr: format!("{family}{{transport=\"http\"}} > {MOST_SESSIONS} * {limit}"),
        wait: Some(facts.clock.of(300)),
        labels: Vec::new(),
        summary: "{{ $labels.server }} ({{ $labels.instance }}) has nearly as many open sessions as it may have"
            .to_owned(),
        page: Page::Sessions,
        means: format!(
            "A process has more than nine tenths of the {limit} sessions that it keeps open. When there are as many, a new client gets the place \
             of an idle one, or is refused."
        ),
        look: vec![look("How many sessions are open:", family)],
        mend: "see whether clients close their sessions. If the load is real, run more processes, or raise `MCP_SESSIONS`; a session takes \
               about 50 KB.",
        scenes: vec![
            fires(
                of("fires when nearly all are taken", limit),
                labels(&[("server", name), ("transport", "http"), ("instance", "a:1")]),
                told,
            ),
            of("does not fire when half are", limit / 2.0),
        ],
    }
}
