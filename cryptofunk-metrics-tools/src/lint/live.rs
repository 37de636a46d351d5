//! What running processes expose: read from the text of their `/metrics`, and compared with what a catalogue promises.

use std::collections::{BTreeMap, BTreeSet};

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
};

use crate::lint::{
    catalog::{CatalogError, Declared},
    exposition::{self, Exposed, Exposition},
    families::{self, Type},
};

/// The families that one process exposes, read from its `/metrics`.
#[derive(Debug)]
pub struct Scrape {
    place: String,
    families: BTreeMap<String, Exposed>,
}

/// A difference between what a process exposes and what the catalogue says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it was read: an address or a file.
    pub place: String,
    /// The family.
    pub family: String,
    /// What differs.
    pub message: String,
}

/// The families that processes expose, as a catalogue.
#[derive(Debug)]
pub struct Live {
    /// The families that have series. Their labels may have other values than those seen.
    pub catalog: Catalog,
    /// The names of all others: of families without a series, whose labels are unknown, and of families that clash with another one.
    pub names: Vec<&'static str>,
}

impl Scrape {
    /// Reads the text of a scrape. `place` is the address or file that messages name.
    ///
    /// ```
    /// use cryptofunk_metrics_tools::lint::{CatalogError, Scrape, live_catalog};
    ///
    /// let text = "# TYPE shop_orders_total counter\nshop_orders_total{city=\"Bergen\"} 3\n";
    /// let live = live_catalog(&[Scrape::read("http://127.0.0.1:9300/metrics", text)?]);
    /// assert_eq!(live.catalog.find("shop_orders_total").expect("a family").labels[0].name, "city");
    /// # Ok::<(), CatalogError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a line is neither a comment nor a sample. The error names the first one.
    pub fn read(place: &str, text: &str) -> Result<Self, CatalogError> {
        let exposition = exposition::read(text).map_err(|wrong| CatalogError::Sample {
            place: place.to_owned(),
            line: wrong.line,
            text: wrong.text.chars().take(200).collect(),
        })?;
        let Exposition { families } = exposition.joined();
        Ok(Scrape { place: place.to_owned(), families })
    }

    /// The component that a `…_build_info` names.
    fn component(&self) -> Option<&str> {
        let (_, info) = self.families.iter().find(|(name, _)| name.ends_with("build_info"))?;
        info.labels.get("component")?.first().map(String::as_str)
    }

    /// How this differs from the catalogue: missing families of the component, undeclared families, other types, other labels. A family
    /// whose name begins with one of the `foreign` prefixes passes.
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
            let declared_type = declared.type_of(name).unwrap_or(Type::Untyped);
            // Nothing is promised of a type that is not known.
            if seen.kind != declared_type && declared_type != Type::Untyped {
                let kind = if seen.is_typed { seen.kind.as_str() } else { "something else" };
                tell(name, format!("it is exposed as a {kind}, but declared as a {}", declared_type.as_str()));
            }
            let own = |label: &&str| !(declared_type == Type::Summary && *label == "quantile");
            let declared: BTreeSet<&str> = family.labels.iter().map(|label| label.name).filter(own).collect();
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

/// Makes a catalogue of scrapes: names, types and labels. It stays in memory until the process ends.
pub fn live_catalog(scrapes: &[Scrape]) -> Live {
    let mut all: BTreeMap<&str, Exposed> = BTreeMap::new();
    for (name, family) in scrapes.iter().flat_map(|scrape| &scrape.families) {
        let joined = all.entry(name).or_default();
        if family.is_typed && !joined.is_typed {
            (joined.kind, joined.is_typed) = (family.kind, true);
        }
        joined.has_series |= family.has_series;
        for label in family.labels.keys() {
            joined.labels.entry(label.clone()).or_default();
        }
    }
    let (mut families, mut names) = (Vec::new(), Vec::new());
    for (name, family) in all {
        let labels = family.labels.into_keys().map(|name| {
            // A value that was not seen may come.
            LabelDescriptor { name: name.leak(), values: LabelValues::Open { limit: 0 } }
        });
        let labels: &'static [LabelDescriptor] = labels.collect::<Vec<_>>().leak();
        let base = MetricDescriptor { labels, ..MetricDescriptor::new(name.to_owned().leak(), MetricKind::Untyped) };
        let series = families::series(family.kind, base);
        if family.has_series {
            families.extend(series);
        } else {
            names.extend(series.iter().map(|family| family.name));
        }
    }
    let (catalog, clashing) = families::catalog(families);
    names.extend(clashing);
    Live { catalog, names }
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
        let catalog = live_catalog(&[Scrape::read("a", TEXT).expect("a scrape")]).catalog;
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
        assert_eq!(orders.labels.iter().map(|label| label.name).collect::<Vec<_>>(), ["note", "side"]);
        assert!(catalog.find("shop_latency_seconds").expect("it is there").labels.is_empty());
    }

    #[test]
    fn the_labels_of_a_family_without_series_are_unknown() {
        let text = "# TYPE shop_sessions_total counter\n# TYPE shop_orders_total counter\nshop_orders_total 1\n";
        let scrapes = [Scrape::read("a", text).expect("a scrape")];
        let Live { catalog, names } = live_catalog(&scrapes);
        assert_eq!(names, ["shop_sessions_total"]);
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
