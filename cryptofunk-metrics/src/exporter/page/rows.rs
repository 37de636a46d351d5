//! The label sets of a family, a line each.

use std::time::Instant;

use super::figures::{NONE, QUANTILES, shown_quantile};
use crate::exporter::{
    families::{Family, Label, Series, labels},
    history::Past,
    html::{Document, Escaped, HeatStrip, Unit},
};

/// Rows of a family on a page of all, and of all families together: 10,000 series would be a page of megabytes every three seconds.
const OF_A_FAMILY: usize = 50;
const OF_A_PAGE: usize = 1_000;
/// What every family has even when others have used up the page.
const AT_LEAST: usize = 5;
/// Rows of a page of one family.
const OF_ONE_FAMILY: usize = 10_000;

/// How many rows a page may have yet.
pub(super) struct Budget {
    of_a_family: usize,
    left: usize,
}

impl Budget {
    pub(super) fn of_a_page() -> Self {
        Budget { of_a_family: OF_A_FAMILY, left: OF_A_PAGE }
    }

    pub(super) fn of_one_family() -> Self {
        Budget { of_a_family: OF_ONE_FAMILY, left: OF_ONE_FAMILY }
    }

    fn take(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(self.of_a_family).min(self.left.max(AT_LEAST));
        self.left = self.left.saturating_sub(taken);
        taken
    }
}

/// The table of a family.
pub(super) struct Table<'a> {
    pub(super) family: Family<'a>,
    pub(super) unit: Unit,
    pub(super) past: &'a Past,
    pub(super) now: Instant,
}

/// The cells of a row, and what stands above each.
struct Cell {
    head: &'static str,
    text: String,
    title: String,
}

impl Table<'_> {
    pub(super) fn push(&self, page: &mut Document, budget: &mut Budget) {
        let all: Vec<Series<'_>> = self.family.series().collect();
        let total = all.len();
        let shown = greatest(all, budget.take(total));
        let kind = Escaped(self.family.kind);
        let Some(first) = shown.first() else {
            page.push(format_args!("<p class=more>{kind} without series so far</p>"));
            return;
        };
        let first_labels = labels(first.key);
        let shared = shared(&shown);
        page.push(format_args!("<div class=scroll><table><thead><tr>"));
        for (name, _) in first_labels.iter().filter(|label| !shared.contains(label)) {
            page.push(format_args!("<th>{}</th>", Escaped(name)));
        }
        for Cell { head, .. } in self.cells(first) {
            page.push(format_args!("<th class=n>{head}</th>"));
        }
        if self.family.is_histogram() {
            page.push(format_args!("<th class=w>distribution</th>"));
        }
        page.push(format_args!("</tr></thead><tbody>"));
        shown.iter().for_each(|series| self.row(page, series, &shared));
        page.push(format_args!("</tbody></table></div><p class=more>{kind}"));
        for (name, value) in &shared {
            page.push(format_args!(", {}={}", Escaped(name), Escaped(value)));
        }
        self.extent(page, shown.len(), total);
        page.push(format_args!("</p>"));
    }

    fn row(&self, page: &mut Document, series: &Series<'_>, shared: &[Label<'_>]) {
        let labels = labels(series.key);
        let words: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let class = if self.family.is_cumulative() && series.value == 0.0 { "zero" } else { "" };
        page.push(format_args!("<tr class=\"{class}\" data-labels=\"{}\">", Escaped(&words.join(" "))));
        for (name, value) in labels.iter().filter(|label| !shared.contains(label)) {
            page.push(format_args!("<td class=l data-h=\"{}\">{}</td>", Escaped(name), Escaped(value)));
        }
        // On a phone, numbers stand below labels.
        page.push(format_args!("<td class=br></td>"));
        for Cell { head, text, title } in self.cells(series) {
            let (text, title) = (Escaped(&text), Escaped(&title));
            page.push(format_args!("<td class=n data-h=\"{head}\" title=\"{title}\">{text}</td>"));
        }
        if self.family.is_histogram() {
            let strip = HeatStrip { buckets: &series.buckets, unit: self.unit };
            page.push(format_args!("<td class=w>{strip}</td>"));
        }
        page.push(format_args!("</tr>"));
    }

    fn cells(&self, series: &Series<'_>) -> Vec<Cell> {
        let cell = |head, text, title| Cell { head, text, title };
        let unit = if self.family.is_histogram() { Unit::Number } else { self.unit };
        let exact = series.value.to_string();
        if !self.family.is_cumulative() {
            return vec![cell("value", unit.show(series.value), exact)];
        }
        let rate = self.past.rate(series.key, series.value, self.now);
        let rate = cell("rate", rate.map_or(NONE.to_owned(), |rate| unit.show_rate(rate)), String::new());
        let mut cells = vec![
            rate,
            cell(if self.family.is_histogram() { "count" } else { "total" }, unit.show(series.value), exact),
        ];
        if self.family.is_histogram() {
            let mean = series.sum / series.value;
            let shown = if mean.is_finite() { self.unit.show(mean) } else { NONE.to_owned() };
            cells.push(cell("mean", shown, format!("sum {}", series.sum)));
            cells.extend(
                QUANTILES.map(|(q, head)| cell(head, shown_quantile(q, &series.buckets, self.unit), String::new())),
            );
        }
        cells
    }

    /// How much of a family is shown, and where the rest is.
    fn extent(&self, page: &mut Document, shown: usize, total: usize) {
        let name = Escaped(self.family.name);
        let count = |count: usize| Unit::Number.show(count as f64);
        if self.family.is_histogram() {
            page.push(format_args!(", since the start"));
        }
        if shown < total {
            page.push(
                format_args!(", the {} label sets with the greatest values of {}; ", count(shown), count(total),),
            );
            match total {
                ..=OF_ONE_FAMILY => page.push(format_args!("<a href=\"?family={name}\">show all</a>")),
                _ => page.push(format_args!(
                    "<a href=\"?family={name}\">show more</a>, or all in <a href=metrics>/metrics</a>"
                )),
            }
        } else if total > 1 {
            page.push(format_args!(", {} label sets", count(total)));
        }
    }
}

/// The labels that several rows have in common, which need no column.
fn shared<'a>(shown: &[Series<'a>]) -> Vec<Label<'a>> {
    let [first, others @ ..] = shown else { return Vec::new() };
    if others.is_empty() {
        return Vec::new();
    }
    let mut shared = labels(first.key);
    for series in others {
        let labels = labels(series.key);
        shared.retain(|label| labels.contains(label));
    }
    shared
}

/// The series with the greatest values, as many as there is room for, in the order in which they stood.
fn greatest(mut all: Vec<Series<'_>>, room: usize) -> Vec<Series<'_>> {
    if all.len() <= room {
        return all;
    }
    let rank = |at: usize| if all[at].value.is_nan() { f64::NEG_INFINITY } else { all[at].value.abs() };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|one, other| rank(*other).total_cmp(&rank(*one)));
    let mut chosen = vec![false; all.len()];
    order.into_iter().take(room).for_each(|at| chosen[at] = true);
    let mut chosen = chosen.into_iter();
    all.retain(|_| chosen.next().unwrap_or(false));
    all
}
