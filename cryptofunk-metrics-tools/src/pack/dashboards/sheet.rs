//! What the dashboards are put together from.

use crate::{
    docs::{Line, Panel, Unit, Variable},
    pack::{
        constants::{list, query, text},
        dialect::{Dialect, Series},
        draft::Page,
    },
};

/// The range of rates in panels.
pub(super) const RANGE: &str = "$__rate_interval";

/// A dashboard before its name in this pack.
pub(super) struct Sheet {
    pub(super) page: Page,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) variables: Vec<Variable>,
    pub(super) rows: Vec<(&'static str, Vec<Panel>)>,
}

pub(super) fn line(legend: impl Into<String>, expr: impl Into<String>) -> Line {
    Line { query: query(expr), legend: text(legend) }
}

pub(super) fn number(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::number(title, unit, list(lines))
}

pub(super) fn lines(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::lines(title, unit, list(lines))
}

pub(super) fn stacked(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::stacked(title, unit, list(lines))
}

/// What readers choose a server by.
pub(super) fn servers(dialect: &Dialect) -> Vec<Variable> {
    let choice =
        dialect.choices().map(|series| Variable { name: dialect.server, title: "Server", series: query(series) });
    choice.into_iter().collect()
}

/// The chosen servers, in a matcher.
pub(super) fn chosen(dialect: &Dialect) -> String {
    format!("${}", dialect.server)
}

/// Events a second by server, 0 for servers that have none: their series may not exist before the first.
pub(super) fn or_zero(dialect: &Dialect, events: &Series, servers: &str) -> String {
    let of = |series: &Series| format!("sum by ({}) ({})", dialect.server, dialect.rate(series, servers, RANGE));
    match dialect.requests.as_ref().or(dialect.calls.as_ref()) {
        Some(all) => format!("{}\n  or 0 * {}", of(events), of(all)),
        None => of(events),
    }
}

/// A legend that prints labels.
pub(super) fn prints(labels: &[&str]) -> String {
    labels.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ")
}
