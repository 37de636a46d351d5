//! All families that this process exposes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Once, PoisonError, RwLock},
};

use cryptofunk_metrics_catalog::descriptor::MetricDescriptor;

#[cfg(feature = "mcp")]
use crate::linked;
use crate::{
    cell::Counter,
    computed,
    storage::{Core, Storage},
};

static FAMILIES: RwLock<BTreeMap<&'static str, &'static Core>> = RwLock::new(BTreeMap::new());
/// The families that a component says it has: their heads are exposed before they have a series.
static PROMISED: RwLock<BTreeSet<&'static str>> = RwLock::new(BTreeSet::new());
static CLASHES: RwLock<Vec<Clash>> = RwLock::new(Vec::new());

type Hook = Box<dyn Fn() + Send + Sync>;
static BEFORE_SCRAPE: RwLock<Vec<Hook>> = RwLock::new(Vec::new());

/// A `#[metrics]` module that is exposed from the start of the process.
#[doc(hidden)]
#[derive(Debug)]
pub struct Module {
    /// Registers each family of the module.
    pub register: fn(),
}

inventory::collect!(Module);

/// Adds a family, and returns the core that its series are in: that of an equal declaration if there is one.
///
/// A family that clashes with another is not exposed. It has a core of its own, so that recording never fails.
pub(crate) fn add(descriptor: &'static MetricDescriptor, storage: Storage, overflow: Vec<Counter>) -> &'static Core {
    let mut families = FAMILIES.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(first) = families.get(descriptor.name)
        && first.storage == storage
        && first.descriptor.difference(descriptor).is_none()
    {
        return first;
    }
    let core: &'static Core = Box::leak(Box::new(Core::new(descriptor, storage, overflow)));
    match families.values().find_map(|first| clash(first, core)) {
        Some(clash) => CLASHES.write().unwrap_or_else(PoisonError::into_inner).push(clash),
        None => _ = families.insert(descriptor.name, core),
    }
    core
}

/// Two declarations that cannot stand in one exposition; the first one is exposed.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "the exporter tells of them"))]
pub(crate) struct Clash {
    /// The name of the family that is not exposed.
    pub(crate) name: &'static str,
    /// Where the one that is exposed is declared.
    pub(crate) first: &'static str,
    /// Where the other one is declared.
    pub(crate) second: &'static str,
    pub(crate) reason: String,
}

fn clash(first: &Core, second: &Core) -> Option<Clash> {
    let (one, other) = (first.descriptor, second.descriptor);
    let reason = if one.name == other.name {
        let (type_of_first, type_of_second) = (first.storage.type_name(), second.storage.type_name());
        let difference = match one.difference(other) {
            Some(difference) => difference.to_owned(),
            None => format!("types, `{type_of_first}` and `{type_of_second}`"),
        };
        format!("metric family `{}` is declared twice, with different {difference}", one.name)
    } else {
        cryptofunk_metrics_catalog::clash(one, other)?.text().to_owned()
    };
    Some(Clash { name: other.name, first: one.place, second: other.place, reason })
}

/// The clashes so far.
#[cfg(feature = "exporter")]
pub(crate) fn clashes() -> Vec<Clash> {
    CLASHES.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Exposes every `#[metrics]` module that is not lazy.
pub(crate) fn register_modules() {
    static MODULES: Once = Once::new();
    MODULES.call_once(|| inventory::iter::<Module>.into_iter().for_each(|module| (module.register)()));
}

/// Says that a component of this process has these families.
pub fn promise(families: &[&[MetricDescriptor]]) {
    let mut promised = PROMISED.write().unwrap_or_else(PoisonError::into_inner);
    promised.extend(families.iter().copied().flatten().map(|family| family.name));
}

/// Whether a component of this process has a family of this name.
pub(crate) fn is_promised(name: &str) -> bool {
    PROMISED.read().unwrap_or_else(PoisonError::into_inner).contains(name)
}

/// Runs `hook` before every scrape. It is for values that are read rather than recorded, such as an uptime. For one gauge, a
/// [`ComputedGauge`](crate::ComputedGauge) is simpler.
///
/// ```
/// use std::time::Instant;
///
/// use cryptofunk_metrics::{before_scrape, encode_text, metrics};
///
/// #[metrics(namespace = "doc", subsystem = "before_scrape")]
/// mod families {
///     /// Time since the start.
///     pub fn uptime_seconds() -> Gauge;
/// }
///
/// # fn main() {
/// let start = Instant::now();
/// before_scrape(move || families::uptime_seconds().set(start.elapsed().as_secs_f64()));
/// assert!(!encode_text().contains("doc_before_scrape_uptime_seconds 0.0\n"));
/// # }
/// ```
///
/// Hooks run on the thread that writes the scrape, so they should not block.
pub fn before_scrape(hook: impl Fn() + Send + Sync + 'static) {
    BEFORE_SCRAPE.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(hook));
}

/// Brings values up to date that are read rather than recorded.
pub(crate) fn refresh() {
    register_modules();
    #[cfg(feature = "mcp")]
    linked::expose();
    BEFORE_SCRAPE.read().unwrap_or_else(PoisonError::into_inner).iter().for_each(|hook| hook());
    computed::refresh();
}

/// The families of this moment by name, with every value up to date.
pub(crate) fn families() -> Vec<&'static Core> {
    refresh();
    refreshed()
}

/// The families that are registered so far, by name, with the values of the last [`refresh`].
pub(crate) fn refreshed() -> Vec<&'static Core> {
    FAMILIES.read().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
}

/// Whether a family of this name is exposed here.
pub(crate) fn has(name: &str) -> bool {
    FAMILIES.read().unwrap_or_else(PoisonError::into_inner).contains_key(name)
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics_catalog::descriptor::MetricKind;

    use super::*;

    fn added(name: &'static str, kind: MetricKind, storage: Storage) -> &'static Core {
        add(Box::leak(Box::new(MetricDescriptor::new(name, kind))), storage, Vec::new())
    }

    fn exposed(core: &'static Core) -> bool {
        FAMILIES.read().expect("no panic").values().any(|family| std::ptr::eq(*family, core))
    }

    #[test]
    fn the_first_of_two_families_that_clash_is_exposed() {
        use MetricKind::{Counter, Gauge, Histogram};
        let cases = [
            (("registry_a", Gauge, Storage::Int), ("registry_a", Gauge, Storage::Float), "`IntGauge` and `Gauge`"),
            (("registry_b", Gauge, Storage::Int), ("registry_b", Histogram, Storage::Histogram), "different kinds"),
            (("registry_c", Gauge, Storage::Int), ("registry_c_total", Counter, Storage::Counter), "in OpenMetrics"),
            (("registry_d_total", Counter, Storage::Counter), ("registry_d", Gauge, Storage::Int), "in OpenMetrics"),
            (("registry_e_sum", Gauge, Storage::Int), ("registry_e", Histogram, Storage::Histogram), "a series of"),
            (("registry_f", Histogram, Storage::Histogram), ("registry_f_count", Gauge, Storage::Int), "a series of"),
        ];
        for ((first, kind, storage), (second, other_kind, other_storage), reason) in cases {
            let (one, other) = (added(first, kind, storage), added(second, other_kind, other_storage));
            assert!(exposed(one) && !exposed(other), "{first} {second}");
            let clashes = CLASHES.read().expect("no panic").clone();
            let clash = clashes.iter().find(|clash| clash.name == second).expect("the clash is kept");
            assert!(clash.reason.contains(reason), "{clash:?}");
        }
    }

    #[test]
    fn equal_families_share_their_series() {
        let family = || added("registry_equal", MetricKind::Gauge, Storage::Int);
        assert!(std::ptr::eq(family(), family()));
    }
}
