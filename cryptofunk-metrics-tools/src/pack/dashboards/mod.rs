//! The dashboards, a file each. A panel stands there if the catalogue has its families.

mod agents;
mod errors;
mod objectives;
mod overview;
mod sessions;
mod sheet;
mod tools;

use self::sheet::Sheet;
use crate::{
    docs::{Dashboard, Row},
    pack::{
        constants::{list, text},
        facts::Facts,
    },
};

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
