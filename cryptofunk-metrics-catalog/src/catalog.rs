use crate::{
    clash::{clash, openmetrics_name, series_of},
    descriptor::{LabelValues, MetricDescriptor},
    index::Index,
    message::{Message, same},
};

/// The families of several modules as one constant. Query checks, documents, packs and dashboards read it.
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
    /// Joins the families of modules, each by its constant `METRICS`.
    ///
    /// If several modules declare the same family of a convention, such as the overflow counter of a namespace, it is one family.
    ///
    /// # Panics
    ///
    /// If two families have one name, or one has the name of a series of the other. In a `const` that is a compile error:
    ///
    /// ```compile_fail
    /// # use cryptofunk_metrics::{Catalog, metrics};
    /// # #[metrics(namespace = "shop")]
    /// # mod orders {
    /// #     /// Orders.
    /// #     pub fn orders_total() -> Counter;
    /// # }
    /// const TWICE: Catalog = Catalog::new(&[orders::METRICS, orders::METRICS]);
    /// # fn main() { let _ = TWICE; }
    /// ```
    #[track_caller]
    pub const fn new(modules: &'static [&'static [MetricDescriptor]]) -> Self {
        let catalog = Catalog { modules, index: Index::new(modules) };
        catalog.check_names();
        catalog
    }

    /// Families that need not stand in one exposition.
    #[doc(hidden)]
    pub const fn unchecked(modules: &'static [&'static [MetricDescriptor]]) -> Self {
        Catalog { modules, index: Index::new(modules) }
    }

    /// All families, module by module, each once.
    pub fn iter(&self) -> impl Iterator<Item = &'static MetricDescriptor> + use<> {
        let Catalog { modules, index } = *self;
        let places = modules.iter().enumerate().flat_map(|(i, module)| (0..module.len()).map(move |j| (i, j)));
        // A family that several modules share comes with the first.
        let first = move |place: &(usize, usize)| {
            index.find(modules, modules[place.0][place.1].name.as_bytes()) == Some(*place)
        };
        places.filter(first).map(|(i, j)| &modules[i][j])
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

    /// The family by the key of its name, and its labels, a bit for each.
    #[doc(hidden)]
    pub const fn keyed(&self, key: u64) -> Option<(&'static MetricDescriptor, u64)> {
        match self.index.keyed(key) {
            Some((module, family, labels)) => Some((&self.modules[module][family], labels)),
            None => None,
        }
    }

    /// The bit of a label by the key of its name; 0 if no family has it.
    #[doc(hidden)]
    pub const fn label_bit(&self, key: u64) -> u64 {
        self.index.label(key)
    }

    /// Whether every family and label is found by its key: of those that are not too many.
    #[doc(hidden)]
    pub const fn is_keyed(&self) -> bool {
        self.index.is_whole()
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

    /// The declaration at a place, for loops that the compiler evaluates; a family that several modules share has several places.
    #[doc(hidden)]
    pub const fn declaration(&self, mut place: usize) -> Option<&'static MetricDescriptor> {
        let mut modules = self.modules;
        while let [module, others @ ..] = modules {
            if place < module.len() {
                return Some(&module[place]);
            }
            place -= module.len();
            modules = others;
        }
        None
    }

    #[track_caller]
    const fn check_names(&self) {
        let mut i = 0;
        while i < self.modules.len() {
            let mut j = 0;
            while j < self.modules[i].len() {
                let family = &self.modules[i][j];
                if let Some(first) = self.index.find(self.modules, family.name.as_bytes())
                    && !(first.0 == i && first.1 == j)
                {
                    self.check_shared(&self.modules[first.0][first.1], family);
                }
                self.check_against(family, openmetrics_name(family));
                if let Some((base, _)) = series_of(openmetrics_name(family)) {
                    self.check_against(family, base);
                }
                self.check_created(family);
                j += 1;
            }
            i += 1;
        }
    }

    /// Refuses two declarations of one name, unless they are one family of a convention.
    #[track_caller]
    const fn check_shared(&self, first: &MetricDescriptor, second: &MetricDescriptor) {
        if first.convention.is_none() || second.convention.is_none() || first.difference(second).is_some() {
            let message = Message::new().push("metric family `").push(second.name);
            let message = message.push("` is declared twice in this catalogue").push_places(first.place, second.place);
            message.push("; rename one, or join only one of the modules").panic();
        }
    }

    /// Refuses the family whose name OpenMetrics keeps for when this one was created.
    #[track_caller]
    const fn check_created(&self, family: &MetricDescriptor) {
        const SUFFIX: &[u8] = b"_created";
        const LONGEST: usize = 256;
        let base = openmetrics_name(family);
        let len = base.len() + SUFFIX.len();
        if len > LONGEST {
            return;
        }
        let mut created = [0; LONGEST];
        let (start, end) = created.split_at_mut(base.len());
        start.copy_from_slice(base);
        end.split_at_mut(SUFFIX.len()).0.copy_from_slice(SUFFIX);
        if let Some(other) = self.find_letters(created.split_at(len).0)
            && let Some(reason) = clash(other, family)
        {
            reason.push_places(family.place, other.place).push("; rename one").panic();
        }
    }

    /// Refuses a family beside the one of this name, if they clash.
    #[track_caller]
    const fn check_against(&self, family: &MetricDescriptor, name: &[u8]) {
        if name.len() < family.name.len()
            && let Some(other) = self.find_letters(name)
            && let Some(reason) = clash(family, other)
        {
            reason.push_places(other.place, family.place).push("; rename one").panic();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::MetricKind;

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

    const SHARED: MetricDescriptor = MetricDescriptor {
        help: "Help.",
        convention: Some("component"),
        ..MetricDescriptor::new("shop_metrics_label_overflow_total", MetricKind::Counter)
    };

    #[test]
    fn equal_families_of_a_convention_are_one() {
        static MODULES: &[&[MetricDescriptor]] = &[
            &[MetricDescriptor::new("shop_orders_total", MetricKind::Counter), SHARED],
            &[MetricDescriptor { place: "elsewhere", ..SHARED }],
        ];
        let catalog = Catalog::new(MODULES);
        let names: Vec<_> = catalog.iter().map(|family| family.name).collect();
        assert_eq!(names, ["shop_orders_total", "shop_metrics_label_overflow_total"]);
        assert_eq!(catalog.find(SHARED.name), Some(&SHARED));
    }

    #[test]
    #[should_panic(expected = "is declared twice in this catalogue, at shop.rs:1 and at web.rs:2; rename one")]
    fn families_of_a_convention_that_differ_are_refused() {
        static MODULES: &[&[MetricDescriptor]] = &[
            &[MetricDescriptor { place: "shop.rs:1", ..SHARED }],
            &[MetricDescriptor { place: "web.rs:2", help: "Another help.", ..SHARED }],
        ];
        let _ = Catalog::new(MODULES);
    }

    #[test]
    #[should_panic(expected = "is declared twice in this catalogue")]
    fn equal_families_of_no_convention_are_refused() {
        static MODULES: &[&[MetricDescriptor]] = &[&[SHARED], &[MetricDescriptor { convention: None, ..SHARED }]];
        let _ = Catalog::new(MODULES);
    }
}
