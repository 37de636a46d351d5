//! What is measured: declarations, and catalogues that join them.
//!
//! [`Catalog`] joins the `METRICS` of any modules and refuses two families of one name. [`CATALOG`] is CryptoFunk's: one
//! module a category, each a list of signatures. Its modules are `lazy`: a component exposes what it registers or records.

pub mod agent;
mod index;
pub mod mcp;
pub mod orchestrator;
pub mod risk;
pub mod system;
pub mod trading;

use std::time::Duration;

use index::Index;

use crate::{
    Rules,
    descriptor::{LabelValues, MetricDescriptor, MetricKind},
    message::{Message, same, starts_with},
    query::Record,
};

/// All families of CryptoFunk.
pub const CATALOG: Catalog = Catalog::new(&[
    mcp::METRICS,
    agent::METRICS,
    orchestrator::METRICS,
    trading::METRICS,
    risk::METRICS,
    system::METRICS,
]);

/// How many fixed labels a catalogue can be told the values of, and how many rule files.
const MAX_KNOWN: usize = 8;

/// Families joined for everything that reads declarations: queries, documents, checks.
///
/// ```
/// use cryptofunk_metrics::{Catalog, catalog};
/// # use cryptofunk_metrics::metrics;
/// # #[metrics(namespace = "shop")]
/// # mod orders {
/// #     /// Orders.
/// #     pub fn orders_total() -> Counter;
/// # }
///
/// const EVERYTHING: Catalog = Catalog::new(&[catalog::mcp::METRICS, orders::METRICS]);
/// assert!(EVERYTHING.find("shop_orders_total").is_some());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Catalog {
    modules: &'static [&'static [MetricDescriptor]],
    index: Index,
    known: [(&'static str, &'static [&'static str]); MAX_KNOWN],
    known_len: usize,
    /// What the recording rules of some files record.
    records: [&'static [Record]; MAX_KNOWN],
    records_len: usize,
    /// How names of other exporters begin.
    foreign: &'static [&'static str],
    /// The labels that the scrape configuration gives to targets, beside job and instance.
    target: &'static [&'static str],
    scrape_interval_ms: u64,
}

impl Catalog {
    /// Joins the families of some modules.
    ///
    /// # Panics
    ///
    /// If two families would expose series of one name. In a `const` that is a compile error:
    ///
    /// ```compile_fail
    /// use cryptofunk_metrics::{Catalog, catalog::mcp};
    /// const TWICE: Catalog = Catalog::new(&[mcp::METRICS, mcp::METRICS]);
    /// ```
    #[track_caller]
    pub const fn new(modules: &'static [&'static [MetricDescriptor]]) -> Self {
        let catalog = Catalog {
            modules,
            index: Index::new(modules),
            known: [("", &[]); MAX_KNOWN],
            known_len: 0,
            records: [&[]; MAX_KNOWN],
            records_len: 0,
            foreign: &[],
            target: &[],
            scrape_interval_ms: 15_000,
        };
        catalog.check_names();
        catalog
    }

    /// Tells the values that a fixed label has in this system, so that queries can be checked against them.
    ///
    /// # Panics
    ///
    /// If no family has a fixed label of this name, or too many labels are told; in a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with_values(mut self, label: &'static str, values: &'static [&'static str]) -> Self {
        if !self.has_fixed_label(label) {
            Message::new().push("no family of this catalogue has a fixed label `").push(label).push("`").panic();
        }
        if self.known_len == MAX_KNOWN {
            panic!("a catalogue can be told the values of at most 8 labels");
        }
        self.known[self.known_len] = (label, values);
        self.known_len += 1;
        self
    }

    /// Tells the recording rules of a file, which queries may use: one that no file has is refused then, and the labels of what
    /// they record are known.
    ///
    /// # Panics
    ///
    /// If it is told more than 8 files.
    #[must_use]
    #[track_caller]
    pub const fn with_rules(mut self, rules: &Rules) -> Self {
        if self.records_len == MAX_KNOWN {
            panic!("a catalogue can be told the rules of at most 8 files");
        }
        self.records[self.records_len] = rules.records();
        self.records_len += 1;
        self
    }

    /// Tells how the names of other exporters' families begin, `node_`: they pass, for nothing is known of them.
    ///
    /// ```
    /// use cryptofunk_metrics::{CATALOG, Catalog};
    /// # #[cfg(feature = "promql")] {
    /// use cryptofunk_metrics::{Query, promql};
    ///
    /// const HOST: Catalog = CATALOG.with_foreign(&["node_"]);
    /// const LOAD: Query = promql!(HOST, "node_load1 > 4 and on (instance) cryptofunk_component_healthy == 0");
    /// # }
    /// ```
    #[must_use]
    pub const fn with_foreign(mut self, prefixes: &'static [&'static str]) -> Self {
        self.foreign = prefixes;
        self
    }

    /// Tells the labels that the scrape configuration gives to targets beside `job` and `instance`, such as `cluster`: every series
    /// has them.
    #[must_use]
    pub const fn with_target_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.target = labels;
        self
    }

    /// Tells how often targets are scraped, unless that is every 15 seconds: a range of a query must hold two scrapes.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cryptofunk_metrics::{CATALOG, Catalog};
    /// # #[cfg(feature = "promql")] {
    /// use cryptofunk_metrics::{Query, promql};
    ///
    /// const SELDOM: Catalog = CATALOG.with_scrape_interval(Duration::from_secs(60));
    /// const TRADES: Query = promql!(SELDOM, "rate(cryptofunk_trades_total[2m])"); // `[1m]` does not compile
    /// # }
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

    /// All families, module by module.
    pub fn iter(&self) -> impl Iterator<Item = &'static MetricDescriptor> + use<> {
        self.modules.iter().flat_map(|module| module.iter())
    }

    /// The family of this name.
    pub const fn find(&self, name: &str) -> Option<&'static MetricDescriptor> {
        self.find_letters(name.as_bytes())
    }

    pub(crate) const fn find_letters(&self, name: &[u8]) -> Option<&'static MetricDescriptor> {
        match self.index.find(self.modules, name) {
            Some((module, family)) => Some(&self.modules[module][family]),
            None => None,
        }
    }

    /// The values that were told for a fixed label.
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

    /// The recording rule of this name.
    pub(crate) const fn record(&self, name: &str) -> Option<&'static Record> {
        let mut i = 0;
        while let Some(record) = self.record_at(i) {
            if same(record.name, name) {
                return Some(record);
            }
            i += 1;
        }
        None
    }

    /// The catalogue for which recording rules are what anybody may define.
    pub(crate) const fn without_rules(&self) -> Self {
        let mut catalog = *self;
        catalog.records_len = 0;
        catalog
    }

    /// Whether Prometheus gives this label to every target.
    pub(crate) const fn is_target_label(&self, label: &str) -> bool {
        let mut i = 0;
        while i < self.target.len() {
            if same(self.target[i], label) {
                return true;
            }
            i += 1;
        }
        matches!(label.as_bytes(), b"job" | b"instance")
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

    const fn has_fixed_label(&self, name: &str) -> bool {
        let mut modules = self.modules;
        while let [module, others @ ..] = modules {
            let mut families: &'static [MetricDescriptor] = module;
            while let [family, left @ ..] = families {
                let mut labels = family.labels;
                while let [label, rest @ ..] = labels {
                    if matches!(label.values, LabelValues::Fixed) && same(label.name, name) {
                        return true;
                    }
                    labels = rest;
                }
                families = left;
            }
            modules = others;
        }
        false
    }

    pub(crate) const fn len(&self) -> usize {
        let (mut i, mut len) = (0, 0);
        while i < self.modules.len() {
            len += self.modules[i].len();
            i += 1;
        }
        len
    }

    pub(crate) const fn get(&self, mut index: usize) -> &'static MetricDescriptor {
        let mut i = 0;
        while index >= self.modules[i].len() {
            index -= self.modules[i].len();
            i += 1;
        }
        &self.modules[i][index]
    }

    #[track_caller]
    const fn check_names(&self) {
        let mut i = 0;
        while i < self.modules.len() {
            let mut j = 0;
            while j < self.modules[i].len() {
                let family = &self.modules[i][j];
                if !matches!(self.index.find(self.modules, family.name.as_bytes()), Some(place) if place.0 == i && place.1 == j)
                {
                    Message::new()
                        .push("metric family `")
                        .push(family.name)
                        .push("` is declared twice in this catalogue; rename one, or join only one of the modules")
                        .panic();
                }
                if let Some((base, _)) = series_of_histogram(family.name)
                    && let Some(histogram) = self.find_letters(base)
                    && matches!(histogram.kind, MetricKind::Histogram)
                {
                    Message::new()
                        .push("metric family `")
                        .push(family.name)
                        .push("` has the name of a series of the histogram `")
                        .push(histogram.name)
                        .push("`; rename one")
                        .panic();
                }
                j += 1;
            }
            i += 1;
        }
    }
}

/// What would be the name of a histogram if this is that of one of its series, and whether of its buckets.
pub(crate) const fn series_of_histogram(name: &str) -> Option<(&[u8], bool)> {
    match name.as_bytes() {
        [base @ .., b'_', b'b', b'u', b'c', b'k', b'e', b't'] => Some((base, true)),
        [base @ .., b'_', b's', b'u', b'm'] | [base @ .., b'_', b'c', b'o', b'u', b'n', b't'] => Some((base, false)),
        _ => None,
    }
}

/// Refuses bucket bounds that do not increase; for bounds that only the compiler's evaluation knows.
#[track_caller]
pub(crate) const fn check_buckets(bounds: &[f64]) {
    if bounds.is_empty() {
        panic!("a histogram needs at least one bucket bound");
    }
    let mut i = 0;
    while i < bounds.len() {
        if !bounds[i].is_finite() {
            panic!("bucket bounds are finite; `+Inf` is added by itself");
        }
        if i > 0 && bounds[i] <= bounds[i - 1] {
            panic!("bucket bounds increase; one of these does not come after the one before it");
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_fixed_label_can_be_told() {
        const TOLD: Catalog = CATALOG.with_values("server", &["risk-analyzer"]);
        assert_eq!(TOLD.values("server"), Some(&["risk-analyzer"][..]));
        assert_eq!(CATALOG.values("server"), None);
    }

    #[test]
    #[should_panic(expected = "no family of this catalogue has a fixed label `sevrer`")]
    fn values_of_an_unknown_label_are_refused() {
        let _ = CATALOG.with_values("sevrer", &["risk-analyzer"]);
    }

    #[test]
    #[should_panic(expected = "metric family `a_count` has the name of a series of the histogram `a`")]
    fn a_name_inside_a_histogram_is_refused() {
        const fn family(name: &'static str, kind: MetricKind) -> MetricDescriptor {
            MetricDescriptor { name, help: "", kind, labels: &[], buckets: &[], allow_name: None }
        }
        const CLASH: &[MetricDescriptor] = &[family("a_count", MetricKind::Gauge), family("a", MetricKind::Histogram)];
        static MODULES: &[&[MetricDescriptor]] = &[CLASH];
        let _ = Catalog::new(MODULES);
    }
}
