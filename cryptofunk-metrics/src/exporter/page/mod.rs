//! The page at `/`: what the component is, whether it is healthy, and its families with their values and the last minutes.

mod figures;
mod rows;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use figures::Figures;
use rows::{Budget, Table};

use super::{
    families::{Family, families, help},
    groups::groups,
    health::Report,
    history::Past,
    html::{Document, Escaped, HeatStrip, Plot, Unit},
};

/// What a page is made of.
pub(super) struct Page<'a> {
    pub(super) report: &'a Report,
    /// What `/metrics` answers in the text format.
    pub(super) exposition: &'a str,
    pub(super) past: &'a Past,
    /// The convention of each family that has one.
    pub(super) conventions: &'a HashMap<&'static str, &'static str>,
    pub(super) now: Instant,
}

impl Page<'_> {
    /// The page; of one family alone with all its label sets, if that is asked for. Nothing if there is no such family.
    pub(super) fn render(&self, only: Option<&str>) -> Option<Document> {
        let all: Vec<Family<'_>> = families(self.exposition).collect();
        let shown: Vec<Family<'_>> =
            all.into_iter().filter(|family| only.is_none_or(|only| family.name == only)).collect();
        if only.is_some() && shown.is_empty() {
            return None;
        }
        let mut page = Document::new(self.report.component);
        self.head(&mut page);
        let mut budget = if only.is_some() { Budget::of_one_family() } else { Budget::of_a_page() };
        let tools = if only.is_some() {
            page.push(format_args!("<p><a href=\"?\">all families</a>"));
            ""
        } else {
            "<div id=page-tools hidden><input type=search id=page-search placeholder=\"Search families and labels\" \
             aria-label=\"Search families and labels\" autocomplete=off><small id=page-found role=status></small></div>"
        };
        page.push(format_args!("{tools}<main>"));
        for (title, families) in groups(&shown, self.conventions) {
            let title = Escaped(&title);
            page.push(format_args!("<section class=families id=\"group-{title}\"><h2>{title}</h2>"));
            for family in families {
                self.family(&mut page, family, &mut budget, only.is_some());
            }
            page.push(format_args!("</section>"));
        }
        page.push(format_args!("</main>"));
        Some(page)
    }

    fn head(&self, page: &mut Document) {
        let Report { component, description, version, .. } = *self.report;
        let (class, health) = if self.report.is_healthy() { ("good", "healthy") } else { ("bad", "unhealthy") };
        page.push(format_args!(
            "<header><h1>{}</h1><span id=page-state data-live><span class={class}>{health}</span></span>\
             <small id=page-uptime data-live>version {}, up {}</small><nav><a href=metrics>/metrics</a><a href=health>/health</a></nav>\
             <p class=soft>{}</p></header><div id=page-checks data-live>",
            Escaped(component),
            Escaped(version),
            uptime(self.report.uptime()),
            Escaped(description),
        ));
        let failed: Vec<(&str, &str)> = self.report.failed().collect();
        if !failed.is_empty() {
            page.push(format_args!("<ul class=checks>"));
            for (check, error) in failed {
                page.push(format_args!("<li><span class=bad>{}</span> {}</li>", Escaped(check), Escaped(error)));
            }
            page.push(format_args!("</ul>"));
        }
        page.push(format_args!("</div>"));
    }

    fn family(&self, page: &mut Document, family: Family<'_>, budget: &mut Budget, is_open: bool) {
        let (name, unit) = (Escaped(family.name), Unit::of(family.name));
        let help = help(family.help);
        let lines = self.past.lines(family);
        let lines: Vec<&[f64]> = lines.iter().map(Vec::as_slice).collect();
        let recent = if family.is_histogram() { self.past.recent(family) } else { Vec::new() };
        let open = if is_open { " open" } else { "" };
        // A histogram is plotted by how often it observes.
        let unit_of_plot = if family.is_histogram() { Unit::Number } else { unit };
        page.push(format_args!(
            "<details id=\"{name}\"{open}><summary><span class=about><code>{name}</code><small>{}</small></span>\
             <span class=live id=\"{name}-values\" data-live><span class=courses>{}",
            Escaped(&help),
            Plot { lines: &lines, unit: unit_of_plot, is_rate: family.is_cumulative() },
        ));
        if family.is_histogram() {
            page.push(format_args!("{}", HeatStrip { buckets: &recent, unit }));
        }
        page.push(format_args!(
            "</span><span class=figures>{}</span></span></summary><div class=rows id=\"{name}-rows\" data-live>",
            Figures::of(family, unit, &recent, self.past, self.now),
        ));
        Table { family, unit, past: self.past, now: self.now }.push(page, budget);
        page.push(format_args!("</div></details>"));
    }
}

/// Since when a component runs, to the second.
fn uptime(uptime: Duration) -> String {
    Unit::Seconds.show(uptime.as_secs() as f64)
}

/// The family in the query of a request, `family=NAME`. Names hold nothing that a browser would encode, but for the colon.
pub(super) fn asked_for(query: Option<&str>) -> Option<String> {
    let name = query?.split('&').find_map(|part| part.strip_prefix("family="))?;
    Some(name.replace("%3A", ":").replace("%3a", ":"))
}

#[cfg(test)]
mod tests;
