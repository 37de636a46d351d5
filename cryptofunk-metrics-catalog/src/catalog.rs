use crate::{
    descriptor::{LabelValues, MetricDescriptor, MetricKind},
    index::Index,
    message::{Message, same},
};

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
        let catalog = Catalog { modules, index: Index::new(modules) };
        catalog.check_names();
        catalog
    }

    /// All families, module by module.
    pub fn iter(&self) -> impl Iterator<Item = &'static MetricDescriptor> + use<> {
        self.modules.iter().flat_map(|module| module.iter())
    }

    /// The family of this name.
    pub const fn find(&self, name: &str) -> Option<&'static MetricDescriptor> {
        self.find_letters(name.as_bytes())
    }

    /// The family whose name has these bytes.
    pub const fn find_letters(&self, name: &[u8]) -> Option<&'static MetricDescriptor> {
        match self.index.find(self.modules, name) {
            Some((module, family)) => Some(&self.modules[module][family]),
            None => None,
        }
    }

    /// Whether a family has a fixed label of this name.
    pub const fn has_fixed_label(&self, name: &str) -> bool {
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

    /// How many families there are.
    #[allow(clippy::len_without_is_empty, reason = "nothing asks whether a catalogue is empty")]
    pub const fn len(&self) -> usize {
        let (mut i, mut len) = (0, 0);
        while i < self.modules.len() {
            len += self.modules[i].len();
            i += 1;
        }
        len
    }

    /// The family at a place, in the order of [`iter`](Self::iter).
    ///
    /// # Panics
    ///
    /// Past the last one.
    pub const fn get(&self, mut index: usize) -> &'static MetricDescriptor {
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
pub const fn series_of_histogram(name: &str) -> Option<(&[u8], bool)> {
    match name.as_bytes() {
        [base @ .., b'_', b'b', b'u', b'c', b'k', b'e', b't'] => Some((base, true)),
        [base @ .., b'_', b's', b'u', b'm'] | [base @ .., b'_', b'c', b'o', b'u', b'n', b't'] => Some((base, false)),
        _ => None,
    }
}

/// Refuses bucket bounds that do not increase; for bounds that only the compiler's evaluation knows.
#[track_caller]
pub const fn check_buckets(bounds: &[f64]) {
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
    #[should_panic(expected = "metric family `a_count` has the name of a series of the histogram `a`")]
    fn a_name_inside_a_histogram_is_refused() {
        const fn family(name: &'static str, kind: MetricKind) -> MetricDescriptor {
            MetricDescriptor::new(name, kind)
        }
        const CLASH: &[MetricDescriptor] = &[family("a_count", MetricKind::Gauge), family("a", MetricKind::Histogram)];
        static MODULES: &[&[MetricDescriptor]] = &[CLASH];
        let _ = Catalog::new(MODULES);
    }
}
