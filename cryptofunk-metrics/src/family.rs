//! A family and its series by label.
//!
//! The closed labels of a family span an array; the texts of its fixed and open labels pick which array, a [`Run`]. A
//! family without fixed or open labels has one run, from the start.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, Hasher},
    marker::PhantomData,
    sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, atomic::AtomicU64},
};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{
    catalog::system,
    cell::{ARENA, Bounds, Counter, Gauge, Histogram, IntGauge, arena::Slot},
    descriptor::{LabelValues, MetricDescriptor},
    exposition::Lines,
    label::{MAX_OPEN_VALUE_BYTES, OTHER, Part},
    registry,
};

/// A declared family; the static behind each function of a `#[metrics]` module.
#[derive(Debug)]
pub struct Family<M> {
    descriptor: &'static MetricDescriptor,
    core: OnceLock<&'static Core>,
    series: PhantomData<fn() -> M>,
}

impl<M: Series> Family<M> {
    /// A family that is not exposed until it is registered or used.
    pub const fn new(descriptor: &'static MetricDescriptor) -> Self {
        Family { descriptor, core: OnceLock::new(), series: PhantomData }
    }

    /// Exposes the family, with every series whose labels are all closed.
    pub fn register(&'static self) {
        self.core();
    }

    fn core(&self) -> &'static Core {
        self.core.get_or_init(|| {
            let core: &'static Core = Box::leak(Box::new(Core::new(self.descriptor, M::STORAGE)));
            registry::add(core);
            core
        })
    }

    /// The series with these label values, in the order of the declaration. The first use makes it.
    #[inline]
    pub fn with(&'static self, labels: &[Part<'_>]) -> M {
        let core = self.core();
        let run = match core.only {
            Some(run) => run,
            None => core.run(labels),
        };
        M::at(core, run, core.index(labels))
    }
}

/// A kind of series that a family can hold.
pub trait Series: Copy + private::Sealed {
    #[doc(hidden)]
    const STORAGE: Storage;
    #[doc(hidden)]
    fn at(core: &'static Core, run: &'static Run, index: usize) -> Self;
}

pub(crate) mod private {
    /// The four kinds of series, and no type of anybody else.
    pub trait Sealed {}
    impl Sealed for crate::Counter {}
    impl Sealed for crate::Gauge {}
    impl Sealed for crate::IntGauge {}
    impl Sealed for crate::Histogram {}
}

/// How the values of a family are kept.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Counter,
    Float,
    Int,
    Histogram,
}

impl Series for Counter {
    const STORAGE: Storage = Storage::Counter;
    #[inline]
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        Counter::at(run.values.slot().offset_by(index))
    }
}

impl Series for Histogram {
    const STORAGE: Storage = Storage::Histogram;
    #[inline]
    fn at(core: &'static Core, run: &'static Run, index: usize) -> Self {
        Histogram::at(run.values.slot().offset_by(index * core.bounds.words()), &core.bounds)
    }
}

impl Series for Gauge {
    const STORAGE: Storage = Storage::Float;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        Gauge { word: &run.values.shared()[index] }
    }
}

impl Series for IntGauge {
    const STORAGE: Storage = Storage::Int;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        IntGauge { word: &run.values.shared()[index] }
    }
}

/// What all kinds of families share; lives as long as the process.
#[doc(hidden)]
#[derive(Debug)]
pub struct Core {
    pub(crate) descriptor: &'static MetricDescriptor,
    pub(crate) storage: Storage,
    pub(crate) bounds: Bounds,
    /// The one run of a family without fixed and open labels.
    only: Option<&'static Run>,
    runs: RwLock<Runs>,
    hasher: DefaultHashBuilder,
}

/// The runs of a family, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    all: Vec<&'static Run>,
    /// The values of each run, and the text of all lines, side by side: a scrape walks through them.
    pub(crate) values: Vec<Values>,
    pub(crate) lines: Lines,
    by_key: HashTable<&'static Run>,
    /// The accepted values of each open label, by the position of the label.
    accepted: Vec<HashSet<Box<str>>>,
}

/// The series of one combination of fixed and open values: an array over the closed labels.
#[doc(hidden)]
#[derive(Debug)]
pub struct Run {
    /// The texts of the fixed and open labels, in the order of the declaration.
    key: Box<[Box<str>]>,
    values: Values,
}

/// Where a run's values are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Values {
    /// Words in every thread's table.
    Owned(Slot),
    /// One word a series, shared by all threads.
    Shared(&'static [AtomicU64]),
}

impl Values {
    pub(crate) fn slot(self) -> Slot {
        match self {
            Values::Owned(slot) => slot,
            Values::Shared(_) => unreachable!("a gauge has no words of its own in a thread's table"),
        }
    }

    pub(crate) fn shared(self) -> &'static [AtomicU64] {
        match self {
            Values::Shared(words) => words,
            Values::Owned(_) => unreachable!("a counter or histogram is not shared"),
        }
    }
}

impl Core {
    fn new(descriptor: &'static MetricDescriptor, storage: Storage) -> Self {
        let mut core = Core {
            descriptor,
            storage,
            bounds: Bounds::new(descriptor.buckets),
            only: None,
            runs: RwLock::new(Runs { accepted: vec![HashSet::new(); descriptor.labels.len()], ..Runs::default() }),
            hasher: DefaultHashBuilder::default(),
        };
        let mut labels = descriptor.labels.iter();
        if labels.all(|label| matches!(label.values, LabelValues::Closed(_))) {
            core.only = Some(core.run(&[]));
        }
        for label in descriptor.labels {
            if let LabelValues::Open { .. } = label.values {
                core.overflow(label.name);
            }
        }
        core
    }

    /// How many series a run has.
    pub(crate) fn series(&self) -> usize {
        self.descriptor.labels.iter().map(|label| closed(label.values).map_or(1, <[_]>::len)).product()
    }

    /// The runs; none is made while they are held.
    pub(crate) fn runs(&self) -> RwLockReadGuard<'_, Runs> {
        self.runs.read().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn index(&self, parts: &[Part<'_>]) -> usize {
        let mut index = 0;
        for (label, part) in self.descriptor.labels.iter().zip(parts) {
            if let (LabelValues::Closed(values), Part::Index(i)) = (label.values, part) {
                index = index * values.len() + i;
            }
        }
        index
    }

    /// The run of these texts, made at its first use; open values past their budget count as `other`.
    fn run(&self, parts: &[Part<'_>]) -> &'static Run {
        let mut key = [""; MAX_LABELS];
        let mut texts = 0;
        for part in parts {
            if let Part::Text(text) = part {
                key[texts] = text;
                texts += 1;
            }
        }
        let key = &mut key[..texts];
        {
            let runs = self.runs();
            if let Some(run) = runs.find(self.hash(key), key) {
                return run;
            }
            self.fold(&runs, key);
            if let Some(run) = runs.find(self.hash(key), key) {
                return run;
            }
        }
        let mut runs = self.runs.write().unwrap_or_else(PoisonError::into_inner);
        self.fold(&runs, key);
        runs.find(self.hash(key), key).unwrap_or_else(|| self.add(&mut runs, key))
    }

    /// Replaces each open value that has no place left by `other`, and counts that.
    fn fold(&self, runs: &Runs, key: &mut [&str]) {
        let texts = self.descriptor.labels.iter().enumerate().filter(|(_, label)| closed(label.values).is_none());
        for ((position, label), text) in texts.zip(key) {
            if let LabelValues::Open { limit } = label.values
                && *text != OTHER
            {
                let accepted = &runs.accepted[position];
                if text.len() > MAX_OPEN_VALUE_BYTES || (accepted.len() >= limit && !accepted.contains(*text)) {
                    *text = OTHER;
                    self.overflow(label.name).inc();
                }
            }
        }
    }

    fn overflow(&self, label: &'static str) -> Counter {
        system::metrics_label_overflow_total(system::MetricName(self.descriptor.name), system::LabelName(label))
    }

    fn add(&self, runs: &mut Runs, key: &[&str]) -> &'static Run {
        let series = self.series();
        let values = match self.storage {
            Storage::Counter => Values::Owned(ARENA.reserve(series * Counter::WORDS)),
            Storage::Histogram => Values::Owned(ARENA.reserve(series * self.bounds.words())),
            Storage::Float | Storage::Int => {
                Values::Shared(Box::leak((0..series).map(|_| AtomicU64::new(0)).collect::<Box<[_]>>()))
            }
        };
        let key: Box<[Box<str>]> = key.iter().map(|text| Box::from(*text)).collect();
        self.each_series(&key, &mut |labels| runs.lines.add(self, labels));
        let mut texts = key.iter();
        for (position, label) in self.descriptor.labels.iter().enumerate() {
            if closed(label.values).is_none()
                && let Some(text) = texts.next()
                && **text != *OTHER
            {
                runs.accepted[position].insert(text.clone());
            }
        }
        let run: &'static Run = Box::leak(Box::new(Run { key, values }));
        let hash = self.hash(&run.key);
        runs.all.push(run);
        runs.values.push(values);
        runs.by_key.insert_unique(hash, run, |run| self.hash(&run.key));
        run
    }

    /// Calls `visit` with the label values of each series of a run, in storage order.
    fn each_series(&self, key: &[Box<str>], visit: &mut dyn FnMut(&[&str])) {
        for index in 0..self.series() {
            let mut rest = index;
            let mut texts = key.iter().rev();
            let mut values: Vec<&str> = Vec::with_capacity(self.descriptor.labels.len());
            for label in self.descriptor.labels.iter().rev() {
                match closed(label.values) {
                    Some(all) => {
                        values.push(all[rest % all.len()]);
                        rest /= all.len();
                    }
                    None => values.extend(texts.next().map(|text| &**text)),
                }
            }
            values.reverse();
            visit(&values);
        }
    }

    /// Calls `visit` with the run, the position in it and the label values of each series.
    pub(crate) fn for_each_series(&self, mut visit: impl FnMut(&'static Run, usize, &[&str])) {
        for run in &self.runs().all {
            let mut index = 0;
            self.each_series(&run.key, &mut |values| {
                visit(run, index, values);
                index += 1;
            });
        }
    }

    fn hash<T: AsRef<str>>(&self, key: &[T]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for text in key {
            text.as_ref().hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// The most labels a family may have; `#[metrics]` checks it.
const MAX_LABELS: usize = 16;

impl Runs {
    fn find(&self, hash: u64, key: &[&str]) -> Option<&'static Run> {
        let same = |run: &&'static Run| run.key.iter().map(|text| &**text).eq(key.iter().copied());
        self.by_key.find(hash, same).copied()
    }
}

fn closed(values: LabelValues) -> Option<&'static [&'static str]> {
    match values {
        LabelValues::Closed(values) => Some(values),
        _ => None,
    }
}
