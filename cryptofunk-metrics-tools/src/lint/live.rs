//! What running processes expose: read from the text of their `/metrics`, and compared with what a catalogue promises.

use std::collections::{BTreeMap, BTreeSet};

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
};
use cryptofunk_metrics_query::{Arena, MatchOperator, Node, Tree, parse};

use crate::lint::catalog::{CatalogError, Declared};

/// What one process exposes.
#[derive(Debug)]
pub struct Scrape {
    place: String,
    families: BTreeMap<String, Family>,
}

#[derive(Debug, Default)]
struct Family {
    /// What `# TYPE` says; nothing for what is neither counter, gauge nor histogram.
    kind: Option<MetricKind>,
    /// The labels, with the values seen.
    labels: BTreeMap<String, BTreeSet<String>>,
    has_series: bool,
}

/// What a process exposes and the catalogue does not promise of it, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it was read: an address or a file.
    pub place: String,
    /// The family.
    pub family: String,
    /// What differs.
    pub message: String,
}

impl Scrape {
    /// Reads the text of a scrape, from a place that messages name.
    ///
    /// # Errors
    ///
    /// The first line that is neither a comment nor a sample.
    pub fn read(place: &str, text: &str) -> Result<Self, CatalogError> {
        let arena = Arena::new();
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                let mut words = comment.split_whitespace();
                if let (Some("TYPE"), Some(name), Some(kind)) = (words.next(), words.next(), words.next()) {
                    families.entry(name.to_owned()).or_default().kind = kind_of(kind);
                }
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let wrong = || CatalogError::Sample { place: place.to_owned(), line: number, text: line.to_owned() };
            // A sample begins as a query does that selects it.
            let selector = selector(line).ok_or_else(wrong)?;
            let Ok(Tree { root: Node::Selector { metric, matchers, .. }, .. }) = parse(&arena, selector) else {
                return Err(wrong());
            };
            let is_known =
                |name: &&str| families.get(*name).is_some_and(|family| family.kind == Some(MetricKind::Histogram));
            let base =
                ["_bucket", "_sum", "_count"].iter().find_map(|suffix| metric.strip_suffix(suffix)).filter(is_known);
            let family = families.entry(base.unwrap_or(metric).to_owned()).or_default();
            family.has_series = true;
            for matcher in *matchers {
                if matcher.operator == MatchOperator::Equal && !(base.is_some() && matcher.label == "le") {
                    family.labels.entry(matcher.label.to_owned()).or_default().insert(matcher.value.to_owned());
                }
            }
        }
        Ok(Scrape { place: place.to_owned(), families })
    }

    /// The component that a `…_build_info` names.
    fn component(&self) -> Option<&str> {
        let (_, info) = self.families.iter().find(|(name, _)| name.ends_with("build_info"))?;
        info.labels.get("component")?.first().map(String::as_str)
    }

    /// How this differs from what is declared: families that are promised of the component and missing, families that nobody
    /// declared, other types, other labels. What begins like one of the foreign names is other exporters', and passes.
    pub fn differences(&self, declared: &Declared, foreign: &[&str]) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut tell = |family: &str, message: String| {
            found.push(Difference { place: self.place.clone(), family: family.to_owned(), message });
        };
        if let Some(component) = self.component() {
            for family in declared.promised_of(component) {
                if !self.families.contains_key(family) {
                    tell(family, format!("the catalogue promises it of {component}, but it is not exposed"));
                }
            }
        }
        let constant = self.constant_labels();
        for (name, seen) in &self.families {
            let Some(family) = declared.catalog.find(name) else {
                if !foreign.iter().any(|prefix| name.starts_with(prefix)) {
                    tell(name, "it is exposed, but the catalogue does not have it".to_owned());
                }
                continue;
            };
            if seen.kind != Some(family.kind) {
                let kind = seen.kind.map_or("something else", MetricKind::as_str);
                tell(name, format!("it is exposed as a {kind}, but declared as a {}", family.kind.as_str()));
            }
            let declared: BTreeSet<&str> = family.labels.iter().map(|label| label.name).collect();
            let is_own = |label: &&str| declared.contains(label) || !constant.contains(label);
            let labels: BTreeSet<&str> = seen.labels.keys().map(String::as_str).filter(is_own).collect();
            if seen.has_series && labels != declared {
                let list = |labels: &BTreeSet<&str>| match labels.len() {
                    0 => "none".to_owned(),
                    _ => labels.iter().copied().collect::<Vec<_>>().join(", "),
                };
                tell(
                    name,
                    format!("it is exposed with the labels {}, but declared with {}", list(&labels), list(&declared)),
                );
            }
        }
        found
    }

    /// The labels that the process gives to all its samples: `process_…` has none of its own.
    fn constant_labels(&self) -> BTreeSet<&str> {
        let process = self.families.iter().filter(|(name, _)| name.starts_with("process_"));
        process.flat_map(|(_, seen)| seen.labels.keys().map(String::as_str)).collect()
    }
}

/// A catalogue of what is exposed: names, types, labels, and as their values those that were seen. It lives until the process ends.
///
/// A family that is neither counter, gauge nor histogram is left out, and so is one without a series, whose labels nobody has seen; name
/// them as foreign. [`without_series`] lists the latter.
pub fn live_catalog(scrapes: &[Scrape]) -> Catalog {
    let mut all: BTreeMap<&str, Family> = BTreeMap::new();
    for (name, family) in scrapes.iter().flat_map(|scrape| &scrape.families) {
        let joined = all.entry(name).or_default();
        joined.kind = joined.kind.or(family.kind);
        joined.has_series |= family.has_series;
        for (label, values) in &family.labels {
            joined.labels.entry(label.clone()).or_default().extend(values.iter().cloned());
        }
    }
    let families = all.into_iter().filter(|(_, family)| family.has_series).filter_map(|(name, family)| {
        let labels = family.labels.into_iter().map(|(name, values)| {
            let values: Vec<&'static str> = values.into_iter().map(|value| &*value.leak()).collect();
            LabelDescriptor { name: name.leak(), values: LabelValues::Closed(values.leak()) }
        });
        Some(MetricDescriptor {
            labels: labels.collect::<Vec<_>>().leak(),
            ..MetricDescriptor::new(name.to_owned().leak(), family.kind?)
        })
    });
    Catalog::new(vec![&*families.collect::<Vec<_>>().leak()].leak())
}

/// The families whose `# TYPE` was read and that have no series yet.
pub fn without_series(scrapes: &[Scrape]) -> Vec<String> {
    let has =
        |name: &str| scrapes.iter().filter_map(|scrape| scrape.families.get(name)).any(|family| family.has_series);
    let names: BTreeSet<&String> = scrapes.iter().flat_map(|scrape| scrape.families.keys()).collect();
    names.into_iter().filter(|name| !has(name)).cloned().collect()
}

fn kind_of(name: &str) -> Option<MetricKind> {
    [MetricKind::Counter, MetricKind::Gauge, MetricKind::Histogram].into_iter().find(|kind| kind.as_str() == name)
}

/// The name and the labels of a sample, before its value.
fn selector(line: &str) -> Option<&str> {
    let name = line.find([' ', '\t', '{'])?;
    if !line[name..].starts_with('{') {
        return Some(&line[..name]);
    }
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < name) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted => return Some(&line[..=at]),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::catalog::read_catalog;

    const TEXT: &str = "# HELP shop_orders_total Orders.\n\
        # TYPE shop_orders_total counter\n\
        shop_orders_total{side=\"buy\",note=\"a } \\\"b\\\", c=d\"} 3 1700000000000\n\
        shop_orders_total{side=\"sell\",note=\"\"} 1\n\
        # TYPE shop_latency_seconds histogram\n\
        shop_latency_seconds_bucket{le=\"1\"} 1\n\
        shop_latency_seconds_bucket{le=\"+Inf\"} 1\n\
        shop_latency_seconds_sum 0.5\n\
        shop_latency_seconds_count 1\n\
        # TYPE shop_build_info gauge\n\
        shop_build_info{component=\"shop\"} 1\n";

    #[test]
    fn a_scrape_is_read_with_its_types_labels_and_values() {
        let catalog = live_catalog(&[Scrape::read("a", TEXT).expect("a scrape")]);
        let names: Vec<_> = catalog.iter().map(|family| (family.name, family.kind)).collect();
        assert_eq!(
            names,
            [
                ("shop_build_info", MetricKind::Gauge),
                ("shop_latency_seconds", MetricKind::Histogram),
                ("shop_orders_total", MetricKind::Counter),
            ]
        );
        let orders = catalog.find("shop_orders_total").expect("it is there");
        assert_eq!(orders.labels[0].values, LabelValues::Closed(&["", "a } \"b\", c=d"]));
        assert_eq!(orders.labels[1].values, LabelValues::Closed(&["buy", "sell"]));
        assert!(catalog.find("shop_latency_seconds").expect("it is there").labels.is_empty());
    }

    #[test]
    fn the_labels_of_a_family_without_series_are_unknown() {
        let text = "# TYPE shop_sessions_total counter\n# TYPE shop_orders_total counter\nshop_orders_total 1\n";
        let scrapes = [Scrape::read("a", text).expect("a scrape")];
        assert_eq!(without_series(&scrapes), ["shop_sessions_total"]);
        let catalog = live_catalog(&scrapes);
        assert!(catalog.find("shop_sessions_total").is_none() && catalog.find("shop_orders_total").is_some());
    }

    #[test]
    fn labels_that_the_process_gives_to_all_samples_are_no_difference() {
        let catalog =
            r#"{"families": [{"name": "shop_orders_total", "type": "counter", "help": "Orders.", "labels": []}]}"#;
        let declared = read_catalog(catalog).expect("a catalogue");
        let differences = |process: &str| {
            let text = format!(
                "# TYPE shop_orders_total counter\nshop_orders_total{{region=\"eu\"}} 1\n\
                 # TYPE process_threads gauge\nprocess_threads{process} 1\n"
            );
            let found = Scrape::read("a", &text).expect("a scrape").differences(&declared, &["process_"]);
            found.into_iter().map(|difference| difference.message).collect::<Vec<_>>()
        };
        assert_eq!(differences("{region=\"eu\"}"), [""; 0]);
        assert_eq!(differences(""), ["it is exposed with the labels region, but declared with none"]);
    }

    #[test]
    fn what_is_no_sample_is_told_with_its_line() {
        let error = Scrape::read("http://a", "a 1\n<html>\n").expect_err("HTML");
        assert_eq!(error.to_string(), "http://a, line 2: this is no sample of a scrape: <html>");
    }
}
