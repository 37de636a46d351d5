//! What queries are compared with: a catalogue, and what else is known of a system.

use std::time::Duration;

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor},
    message::{Message, same, starts_with},
};

use crate::rules::{Record, Rules};

/// How many fixed labels a schema can be told the values of, and how many rule files.
const MAX_KNOWN: usize = 8;

/// A catalogue with what a catalogue cannot know of a system: values of fixed labels, recording rules, other exporters, labels of targets
/// and the scrape interval. Queries are checked against it.
///
/// ```
/// use cryptofunk_metrics::{CATALOG, Query, Schema, promql};
///
/// const SYSTEM: Schema = Schema::new(CATALOG).with_values("server", &["weather", "risk"]).with_foreign(&["node_"]);
/// const CALLS: Query = promql!(SYSTEM, r#"sum(rate(cryptofunk_mcp_tool_calls_total{server="weather"}[5m]))"#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    catalog: Catalog,
    known: [(&'static str, &'static [&'static str]); MAX_KNOWN],
    known_len: usize,
    /// What the recording rules of some files record.
    records: [&'static [Record]; MAX_KNOWN],
    records_len: usize,
    /// Whether the records of a file are in the order of their names, so that one of thousands is found at once.
    sorted: [bool; MAX_KNOWN],
    /// How names of other exporters begin.
    foreign: &'static [&'static str],
    /// The labels that the scrape configuration gives to targets, beside job and instance.
    target: &'static [&'static str],
    /// The labels that the processes give to all their samples.
    constant: &'static [&'static str],
    scrape_interval_ms: u64,
}

impl Schema {
    /// A schema of a catalogue alone, with a scrape interval of 15 seconds.
    pub const fn new(catalog: Catalog) -> Self {
        Schema {
            catalog,
            known: [("", &[]); MAX_KNOWN],
            known_len: 0,
            records: [&[]; MAX_KNOWN],
            records_len: 0,
            sorted: [false; MAX_KNOWN],
            foreign: &[],
            target: &[],
            constant: &[],
            scrape_interval_ms: 15_000,
        }
    }

    /// The catalogue.
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Names the values that a fixed label has in this system. Queries are checked against them.
    ///
    /// # Panics
    ///
    /// If no family has a fixed label of this name, or if there are too many labels. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with_values(mut self, label: &'static str, values: &'static [&'static str]) -> Self {
        if !self.catalog.has_fixed_label(label) {
            Message::new().push("no family of this catalogue has a fixed label `").push(label).push("`").panic();
        }
        if self.known_len == MAX_KNOWN {
            panic!("a schema can be told the values of at most 8 labels");
        }
        self.known[self.known_len] = (label, values);
        self.known_len += 1;
        self
    }

    /// Adds the recording rules of a file for queries to use. The labels of what they record are then known, and a rule that no file has is
    /// refused.
    ///
    /// # Panics
    ///
    /// If there are more than 8 files.
    #[must_use]
    #[track_caller]
    pub const fn with_rules(mut self, rules: &Rules) -> Self {
        if self.records_len == MAX_KNOWN {
            panic!("a schema can be told the rules of at most 8 files");
        }
        self.records[self.records_len] = rules.records();
        self.sorted[self.records_len] = are_sorted(rules.records());
        self.records_len += 1;
        self
    }

    /// Names the prefixes of other exporters' families, such as `node_`. They pass, because nothing is known of them.
    ///
    /// ```
    /// use cryptofunk_metrics::{CATALOG, Query, Schema, promql};
    ///
    /// const HOST: Schema = Schema::new(CATALOG).with_foreign(&["node_"]);
    /// const LOAD: Query = promql!(HOST, "node_load1 > 4 and on (instance) cryptofunk_component_healthy == 0");
    /// ```
    #[must_use]
    pub const fn with_foreign(mut self, prefixes: &'static [&'static str]) -> Self {
        self.foreign = prefixes;
        self
    }

    /// Names the labels that the scrape configuration gives to targets beside `job` and `instance`, such as `cluster`. Every series has
    /// them.
    ///
    /// # Panics
    ///
    /// If one of them is a constant label too. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with_target_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.target = labels;
        self.check_constant();
        self
    }

    /// Names the labels that processes give to all their samples, by `constant_labels` or `METRICS_LABELS`. Every series has them.
    ///
    /// ```
    /// use cryptofunk_metrics::{CATALOG, Query, Schema, promql};
    ///
    /// const REGIONS: Schema = Schema::new(CATALOG).with_constant_labels(&["region"]);
    /// const CALLS: Query = promql!(REGIONS, "sum by (region) (rate(cryptofunk_mcp_tool_calls_total[5m]))");
    /// ```
    ///
    /// # Panics
    ///
    /// If one of them is a label of a family or of targets too. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with_constant_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.constant = labels;
        self.check_constant();
        self
    }

    /// Refuses constant labels that families or targets have.
    #[track_caller]
    const fn check_constant(&self) {
        let mut constant = self.constant;
        while let [label, left @ ..] = constant {
            let message = Message::new().push("the constant label `").push(label);
            if matches!(label.as_bytes(), b"job" | b"instance") || is_among(self.target, label) {
                message
                    .push("` is also a label of targets: Prometheus would rename it `exported_")
                    .push(label)
                    .push("`")
                    .panic();
            }
            let mut place = 0;
            while let Some(family) = self.catalog.declaration(place) {
                let mut labels = family.labels;
                while let [own, rest @ ..] = labels {
                    if same(own.name, label) {
                        message
                            .push("` is also a label of the metric family `")
                            .push(family.name)
                            .push("`; rename one of the two")
                            .panic();
                    }
                    labels = rest;
                }
                place += 1;
            }
            constant = left;
        }
    }

    /// Sets the scrape interval; 15 seconds by default. The range of a query must be at least twice as long.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cryptofunk_metrics::{CATALOG, Query, Schema, promql};
    ///
    /// const SELDOM: Schema = Schema::new(CATALOG).with_scrape_interval(Duration::from_secs(60));
    /// const CALLS: Query = promql!(SELDOM, "rate(cryptofunk_mcp_tool_calls_total[2m])"); // `[1m]` does not compile
    /// ```
    #[must_use]
    pub const fn with_scrape_interval(mut self, interval: Duration) -> Self {
        self.scrape_interval_ms = interval.as_secs() * 1000 + interval.subsec_millis() as u64;
        self
    }

    /// How often targets are scraped, in milliseconds.
    pub(crate) const fn scrape_interval_ms(&self) -> u64 {
        self.scrape_interval_ms
    }

    /// The values that [`with_values`](Self::with_values) gave a fixed label.
    pub fn values(&self, label: &str) -> Option<&'static [&'static str]> {
        self.known[..self.known_len].iter().find(|(name, _)| *name == label).map(|(_, values)| *values)
    }

    /// The values that were told for a fixed label, for constants.
    pub(crate) const fn told(&self, label: &str) -> Option<&'static [&'static str]> {
        let mut i = 0;
        while i < self.known_len {
            if same(self.known[i].0, label) {
                return Some(self.known[i].1);
            }
            i += 1;
        }
        None
    }

    /// The values that a label of a family can have, if they are known.
    pub(crate) const fn known_values(&self, label: &'static LabelDescriptor) -> Option<&'static [&'static str]> {
        match label.values {
            LabelValues::Fixed => self.told(label.name),
            values => values.known(),
        }
    }

    /// Whether the recording rules were told.
    pub(crate) const fn has_rules(&self) -> bool {
        self.records_len > 0
    }

    pub(crate) const fn record_at(&self, mut index: usize) -> Option<&'static Record> {
        let mut i = 0;
        while i < self.records_len {
            if index < self.records[i].len() {
                return Some(&self.records[i][index]);
            }
            index -= self.records[i].len();
            i += 1;
        }
        None
    }

    /// The first recording rule of this name.
    pub(crate) const fn record(&self, name: &str) -> Option<&'static Record> {
        match self.find_record(name, 0) {
            Some(place) => self.record_at(place),
            None => None,
        }
    }

    /// The place of the first recording rule of this name from a place on.
    pub(crate) const fn find_record(&self, name: &str, from: usize) -> Option<usize> {
        let (mut i, mut before) = (0, 0);
        while i < self.records_len {
            let records = self.records[i];
            let mut at = from.saturating_sub(before);
            if self.sorted[i] {
                let first = first_not_before(records, name);
                at = if first > at { first } else { at };
                if at < records.len() && same(records[at].name, name) {
                    return Some(before + at);
                }
            } else {
                while at < records.len() {
                    if same(records[at].name, name) {
                        return Some(before + at);
                    }
                    at += 1;
                }
            }
            before += records.len();
            i += 1;
        }
        None
    }

    /// Whether every series has this label: Prometheus gives it to every target, or the process to every sample.
    pub(crate) const fn is_target_label(&self, label: &str) -> bool {
        is_among(self.target, label)
            || is_among(self.constant, label)
            || matches!(label.as_bytes(), b"job" | b"instance")
    }

    /// Whether a name is another exporter's.
    pub(crate) const fn is_foreign(&self, name: &str) -> bool {
        let mut i = 0;
        while i < self.foreign.len() {
            if starts_with(name, self.foreign[i]) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// The family of this name.
    pub(crate) const fn find(&self, name: &str) -> Option<&'static MetricDescriptor> {
        self.catalog.find(name)
    }
}

const fn are_sorted(mut records: &[Record]) -> bool {
    while let [first, left @ ..] = records {
        if let [second, ..] = left
            && is_before(second.name, first.name)
        {
            return false;
        }
        records = left;
    }
    true
}

/// The place of the first record whose name does not stand before this one, of records in order.
const fn first_not_before(records: &[Record], name: &str) -> usize {
    let (mut low, mut high) = (0, records.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(records[middle].name, name) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

const fn is_before(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([first, a_left @ ..], [second, b_left @ ..]) = (a, b) {
        if *first != *second {
            return *first < *second;
        }
        (a, b) = (a_left, b_left);
    }
    a.is_empty() && !b.is_empty()
}

/// Whether a text is one of some.
pub(crate) const fn is_among(mut texts: &[&str], text: &str) -> bool {
    while let [first, left @ ..] = texts {
        if same(first, text) {
            return true;
        }
        texts = left;
    }
    false
}

impl From<Catalog> for Schema {
    fn from(catalog: Catalog) -> Self {
        Schema::new(catalog)
    }
}

impl From<&Catalog> for Schema {
    fn from(catalog: &Catalog) -> Self {
        Schema::new(*catalog)
    }
}

impl From<&Schema> for Schema {
    fn from(schema: &Schema) -> Self {
        *schema
    }
}

/// Makes a schema of what `promql!` and `rules!` were given, a catalogue or a schema, in a constant: traits cannot do that there.
#[doc(hidden)]
#[derive(Debug)]
pub struct IntoSchema<T>(pub T);

impl IntoSchema<Catalog> {
    /// The schema.
    pub const fn schema(self) -> Schema {
        Schema::new(self.0)
    }
}

impl IntoSchema<Schema> {
    /// The schema.
    pub const fn schema(self) -> Schema {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics_catalog::descriptor::MetricKind;

    use super::*;
    use crate::{
        names::{LabelSet, Names},
        node::{Node, Tree},
        query::Query,
    };

    const SHOP: Catalog = {
        const LABELS: &[LabelDescriptor] = &[LabelDescriptor { name: "server", values: LabelValues::Fixed }];
        const FAMILIES: &[MetricDescriptor] =
            &[MetricDescriptor { labels: LABELS, ..MetricDescriptor::new("shop_orders_total", MetricKind::Counter) }];
        Catalog::new(&[FAMILIES])
    };

    #[test]
    fn records_are_found_in_order_or_not() {
        let record = |name| {
            let query = Query::unchecked(
                "1",
                Tree { root: (&Node::Number(1.0)).into(), names: Names { list: &[], variables: LabelSet::EMPTY } },
            );
            Record { name, group: "g", query, labels: &[] }
        };
        let leaked = |names: &[&'static str]| -> Rules {
            Rules::new(&[], names.iter().map(|name| record(name)).collect::<Vec<_>>().leak())
        };
        for names in [&["a", "ab", "b", "b", "b", "c"][..], &["b", "a", "c", "b", "ab", "b"]] {
            let schema = Schema::new(SHOP).with_rules(&leaked(&["b", "x"])).with_rules(&leaked(names));
            let mut places = Vec::new();
            while let Some(place) = schema.find_record("b", places.last().map_or(0, |place| place + 1)) {
                places.push(place);
            }
            let expected: Vec<usize> = (0..names.len()).filter(|i| names[*i] == "b").map(|i| i + 2).collect();
            assert_eq!(places, [&[0], &expected[..]].concat());
            assert!(schema.record("ab").is_some() && schema.record("").is_none() && schema.record("bb").is_none());
        }
    }

    #[test]
    fn values_of_a_fixed_label_can_be_told() {
        const TOLD: Schema = Schema::new(SHOP).with_values("server", &["risk-analyzer"]);
        assert_eq!(TOLD.values("server"), Some(&["risk-analyzer"][..]));
        assert_eq!(Schema::new(SHOP).values("server"), None);
    }

    #[test]
    #[should_panic(
        expected = "the constant label `server` is also a label of the metric family `shop_orders_total`; rename"
    )]
    fn a_constant_label_that_a_family_has_is_refused() {
        let _ = Schema::new(SHOP).with_constant_labels(&["region", "server"]);
    }

    #[test]
    #[should_panic(
        expected = "the constant label `cluster` is also a label of targets: Prometheus would rename it `exported_cluster`"
    )]
    fn a_constant_label_that_targets_have_is_refused() {
        let _ = Schema::new(SHOP).with_constant_labels(&["cluster"]).with_target_labels(&["cluster"]);
    }

    #[test]
    #[should_panic(expected = "no family of this catalogue has a fixed label `sevrer`")]
    fn values_of_an_unknown_label_are_refused() {
        let _ = Schema::new(SHOP).with_values("sevrer", &["risk-analyzer"]);
    }
}
