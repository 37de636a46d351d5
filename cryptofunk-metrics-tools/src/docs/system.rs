use std::collections::BTreeSet;

use cryptofunk_metrics_catalog::descriptor::{
    ComponentDescriptor, LabelDescriptor, LabelValues, MetricDescriptor, MetricKind,
};
use cryptofunk_metrics_query::{Alert, Query, Rules, Schema};

use crate::docs::{
    dashboard::{Dashboard, Panel},
    runbook_entry::RunbookEntry,
};

/// A system: the input of all documents. The [module](crate::docs) has an example.
#[derive(Debug, Clone, Copy)]
pub struct System<'a> {
    /// The families by category, in the order of the documents.
    pub categories: &'a [Category],
    /// The catalogue, with the values of fixed labels.
    pub schema: Schema,
    /// The components.
    pub components: &'a [ComponentDescriptor],
    /// The rules that use the families.
    pub rules: &'a [Rules],
    /// Example queries, each with a title.
    pub queries: &'a [Example],
    /// The dashboards.
    pub dashboards: &'a [Dashboard],
    /// What to do about each alert.
    pub runbook: &'a [RunbookEntry],
}

/// Families that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Category {
    /// Its name: `Trading`.
    pub title: &'static str,
    /// Its families.
    pub families: &'static [MetricDescriptor],
}

/// A query for people to start from.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The heading that it stands under.
    pub topic: &'static str,
    /// What it answers, with the unit.
    pub title: &'static str,
    /// The query.
    pub query: Query,
}

impl System<'_> {
    pub(super) fn families(&self) -> impl Iterator<Item = &'static MetricDescriptor> {
        self.by_category().into_iter().flat_map(|(_, families)| families)
    }

    /// The families of each category. One that several modules share, as those of a convention are, comes with the first.
    pub(super) fn by_category(&self) -> Vec<(&'static str, Vec<&'static MetricDescriptor>)> {
        let mut seen = BTreeSet::new();
        let mut families =
            |category: &Category| category.families.iter().filter(|family| seen.insert(family.name)).collect();
        self.categories.iter().map(|category| (category.title, families(category))).collect()
    }

    pub(super) fn exposed_by(&self, family: &MetricDescriptor) -> Vec<&'static str> {
        self.components.iter().filter(|component| component.exposes(family.name)).map(|one| one.name).collect()
    }

    pub(super) fn alerts(&self) -> impl Iterator<Item = &'static Alert> {
        self.rules.iter().flat_map(|rules| rules.alerts())
    }

    /// The alerts and recording rules that ask for a family, by themselves or through another rule.
    pub(super) fn used_by(&self, family: &MetricDescriptor) -> Vec<&'static str> {
        let records = self.rules.iter().flat_map(|rules| rules.records()).map(|rule| (rule.name, rule.query));
        let alerts = self.alerts().map(|rule| (rule.name, rule.query));
        let mut names: Vec<&str> = Vec::new();
        for (name, query) in records.chain(alerts) {
            if asks(query, family, &names) {
                names.push(name);
            }
        }
        names
    }

    /// The panels that ask for a family, or for one of these recording rules, by dashboard.
    pub(super) fn drawn_by(&self, family: &MetricDescriptor, rules: &[&str]) -> Vec<(&'static str, Vec<&'static str>)> {
        let drawn = |panel: &&Panel| panel.lines.iter().any(|line| asks(line.query, family, rules));
        let panels = |dashboard: &Dashboard| dashboard.panels().filter(drawn).map(|panel| panel.title).collect();
        let drawn = self.dashboards.iter().map(|dashboard| (dashboard.title, panels(dashboard)));
        drawn.filter(|(_, panels): &(_, Vec<_>)| !panels.is_empty()).collect()
    }

    /// The values of a label, as far as they are known when the program is built.
    pub(super) fn values(&self, label: &LabelDescriptor) -> &'static [&'static str] {
        match label.values {
            LabelValues::Closed(values) | LabelValues::OnDemand(values) => values,
            LabelValues::Fixed => self.schema.values(label.name).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Whether a query asks for a family, or for one of these recording rules.
fn asks(query: Query, family: &MetricDescriptor, rules: &[&str]) -> bool {
    query.metrics().into_iter().any(|metric| is_series_of(metric, family) || rules.contains(&metric))
}

fn is_series_of(metric: &str, family: &MetricDescriptor) -> bool {
    match metric.strip_prefix(family.name) {
        Some("") => true,
        Some("_bucket" | "_sum" | "_count") => family.kind == MetricKind::Histogram,
        _ => false,
    }
}

/// The unit that a family's name says, in words.
pub(super) fn unit(family: &MetricDescriptor) -> Option<&'static str> {
    let name = family.name.strip_suffix("_total").unwrap_or(family.name);
    [("_seconds", "seconds"), ("_usd", "USD"), ("_ratio", "ratio"), ("_bytes", "bytes")]
        .into_iter()
        .find_map(|(suffix, unit)| name.ends_with(suffix).then_some(unit))
}
