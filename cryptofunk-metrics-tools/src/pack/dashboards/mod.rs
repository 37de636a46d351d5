//! The dashboards, a file each. A panel stands there if the catalogue has its families.

mod agents;
mod errors;
mod objectives;
mod overview;
mod sessions;
mod tools;

use crate::{
    docs::{Dashboard, Line, Panel, Row, Unit, Variable},
    pack::{
        constants::{list, query, text},
        draft::Page,
        facts::Facts,
    },
};

/// The range of rates in panels.
const RANGE: &str = "$__rate_interval";

/// A dashboard before its name in this pack.
struct Sheet {
    page: Page,
    title: &'static str,
    description: &'static str,
    variables: Vec<Variable>,
    rows: Vec<(&'static str, Vec<Panel>)>,
}

/// The dashboards of a pack of this name; `title` is how people call it.
pub(super) fn dashboards(facts: &Facts, name: &str, title: &str) -> Vec<Dashboard> {
    let mut sheets = vec![overview::sheet(facts)];
    if let Some(dialect) = &facts.dialect {
        sheets.extend([
            tools::sheet(facts, dialect),
            sessions::sheet(facts, dialect),
            errors::sheet(facts, dialect),
            objectives::sheet(facts, dialect),
        ]);
    }
    sheets.push(agents::sheet(facts));
    sheets.into_iter().filter_map(|sheet| dashboard(sheet, name, title)).collect()
}

/// The dashboard, unless it has no panels.
fn dashboard(sheet: Sheet, name: &str, title: &str) -> Option<Dashboard> {
    let Sheet { page, title: end, description, variables, rows } = sheet;
    let rows = rows.into_iter().filter(|(_, panels)| !panels.is_empty());
    let rows: Vec<Row> = rows.map(|(title, panels)| Row { title, panels: list(panels) }).collect();
    (!rows.is_empty()).then(|| Dashboard {
        uid: text(format!("{name}-{}", page.end())),
        title: text(format!("{title}: {end}")),
        description,
        variables: list(variables),
        rows: list(rows),
    })
}

fn line(legend: impl Into<String>, expr: impl Into<String>) -> Line {
    Line { query: query(expr), legend: text(legend) }
}

fn number(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::number(title, unit, list(lines))
}

fn lines(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::lines(title, unit, list(lines))
}

fn stacked(title: &'static str, unit: Unit, lines: Vec<Line>) -> Panel {
    Panel::stacked(title, unit, list(lines))
}

/// What readers choose a server by.
fn servers(dialect: &crate::pack::dialect::Dialect) -> Vec<Variable> {
    let choice =
        dialect.choices().map(|series| Variable { name: dialect.server, title: "Server", series: query(series) });
    choice.into_iter().collect()
}

/// The chosen servers, in a matcher.
fn chosen(dialect: &crate::pack::dialect::Dialect) -> String {
    format!("${}", dialect.server)
}

/// A legend that prints labels.
fn prints(labels: &[&str]) -> String {
    labels.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ")
}
