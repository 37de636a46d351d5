//! The series of a family by label.
//!
//! The closed labels of a family span an array; the texts of its other labels pick which array, a [`Run`]. A family of
//! closed labels alone has one run, from the start.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher},
    sync::{
        PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::SystemTime,
};

use cryptofunk_metrics_catalog::descriptor::{LabelValues, MetricDescriptor};
use foldhash::fast::RandomState;

use crate::{
    cell::{ABSENT, ARENA, Bounds, Counter, FloatCounter, IntGauge, arena::Slot, new_words},
    computed,
    exemplar::store,
    exposition::lines::Lines,
    index::Index,
    label::{MAX_OPEN_VALUE_BYTES, OTHER, Part},
};

/// How the values of a family are kept.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Counter,
    FloatCounter,
    Float,
    Int,
    Optional,
    Computed,
    Histogram,
}

impl Storage {
    /// The type that a declaration returns whose values are kept in this way.
    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Storage::Counter => "Counter",
            Storage::FloatCounter => "FloatCounter",
            Storage::Float => "Gauge",
            Storage::Int => "IntGauge",
            Storage::Optional => "OptionalGauge",
            Storage::Computed => "ComputedGauge",
            Storage::Histogram => "Histogram",
        }
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
    pub(crate) only: Option<&'static Run>,
    /// What counts the values of each open label that found no place.
    overflow: Vec<Counter>,
    runs: RwLock<Runs>,
    /// Where a look-up finds a run; it is added to while `runs` are locked.
    index: Index<Run>,
    hasher: RandomState,
}

/// The runs of a family, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    all: Vec<&'static Run>,
    /// The values of each run, and the text of all lines, side by side: a scrape walks through them.
    pub(crate) values: Vec<Values>,
    pub(crate) lines: Lines,
    /// The accepted values of each open label, by the position of the label, and how many runs have them.
    accepted: Vec<HashMap<Box<str>, usize>>,
}

/// The series of one combination of fixed and open values: an array over the closed labels.
#[doc(hidden)]
#[derive(Debug)]
pub struct Run {
    /// The texts of the fixed and open labels, in the order of the declaration.
    key: Box<[Box<str>]>,
    pub(crate) values: Values,
    /// When it was made, in ms since 1970; 0 once it is removed.
    created: AtomicU64,
}

/// Where a run's values are. Which of the two it has depends on how they are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values {
    /// Words in the threads' tables.
    slot: Option<Slot>,
    more: More,
}

/// What is in no table.
#[derive(Debug, Clone, Copy)]
enum More {
    /// A word a series.
    Shared(&'static [AtomicU64]),
    /// The bounds of each series of a native histogram, which it makes itself. A list, behind one pointer: it makes no other family larger.
    Native(&'static Vec<Bounds>),
}

impl Values {
    pub(crate) fn slot(self) -> Slot {
        match self.slot {
            Some(slot) => slot,
            // `Core::words` gives all kinds of series that ask for it a slot.
            None => unreachable!("a gauge that is only set has no words in the threads' tables"),
        }
    }

    /// Whether one of its series may have an exemplar.
    pub(crate) fn has_exemplars(self) -> bool {
        self.slot.is_some_and(store::is_used)
    }

    pub(crate) fn shared(self) -> &'static [AtomicU64] {
        match self.more {
            More::Shared(words) => words,
            More::Native(_) => &[],
        }
    }

    /// The bounds of a series of a native histogram.
    #[inline]
    pub(crate) fn native(self, index: usize) -> Option<&'static Bounds> {
        match self.more {
            More::Shared(_) => None,
            More::Native(series) => series.get(index),
        }
    }
}

impl Core {
    /// A family; `overflow` has a counter for each open label, in the order of the labels.
    pub(crate) fn new(descriptor: &'static MetricDescriptor, storage: Storage, overflow: Vec<Counter>) -> Self {
        let mut core = Core {
            descriptor,
            storage,
            bounds: Bounds::new(descriptor.buckets),
            only: None,
            overflow,
            runs: RwLock::new(Runs { accepted: vec![HashMap::new(); descriptor.labels.len()], ..Runs::default() }),
            index: Index::new(),
            hasher: RandomState::default(),
        };
        let mut labels = descriptor.labels.iter();
        if labels.all(|label| matches!(label.values, LabelValues::Closed(_))) {
            core.only = Some(core.run(&[]));
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
    pub(crate) fn index(&self, parts: &[Part<'_>]) -> usize {
        let mut index = 0;
        for (label, part) in self.descriptor.labels.iter().zip(parts) {
            if let (LabelValues::Closed(values), Part::Index(i)) = (label.values, part) {
                index = index * values.len() + i;
            }
        }
        index
    }

    /// The run of these texts, made at its first use; open values past their budget count as `other`.
    #[inline]
    pub(crate) fn run(&self, parts: &[Part<'_>]) -> &'static Run {
        match self.index.find(self.hash(parts), |run| run.has(parts)) {
            Some(run) => run,
            None => self.first_run(parts),
        }
    }

    #[cold]
    fn first_run(&self, parts: &[Part<'_>]) -> &'static Run {
        let mut numbers = numbers();
        let (mut key, texts) = texts(parts, &mut numbers);
        let key = &mut key[..texts];
        // Values past the budget come by here each time: they meet no lock of each other.
        self.fold(&self.runs(), key);
        if let Some(run) = self.find(key) {
            return run;
        }
        let mut runs = self.runs.write().unwrap_or_else(PoisonError::into_inner);
        self.fold(&runs, key);
        self.find(key).unwrap_or_else(|| self.add(&mut runs, key))
    }

    fn find(&self, key: &[&str]) -> Option<&'static Run> {
        self.index.find(self.hash_of(key.iter().copied()), |run| run.has_texts(key))
    }

    /// Replaces each open value that has no place left by `other`, and counts that.
    fn fold(&self, runs: &Runs, key: &mut [&str]) {
        let texts = self.descriptor.labels.iter().enumerate().filter(|(_, label)| closed(label.values).is_none());
        let mut overflow = self.overflow.iter();
        for ((position, label), text) in texts.zip(key) {
            let LabelValues::Open { limit } = label.values else { continue };
            let overflow = overflow.next();
            let accepted = &runs.accepted[position];
            let full = accepted.len() >= limit && !accepted.contains_key(*text);
            if *text != OTHER && (full || text.len() > MAX_OPEN_VALUE_BYTES) {
                *text = OTHER;
                if let Some(overflow) = overflow {
                    overflow.inc();
                }
            }
        }
    }

    fn add(&self, runs: &mut Runs, key: &[&str]) -> &'static Run {
        let series = self.series();
        let slot = self.words().map(|words| ARENA.reserve(series * words));
        let values = Values { slot, more: self.more(series, slot) };
        let key: Box<[Box<str>]> = key.iter().map(|text| Box::from(*text)).collect();
        self.each_series(&key, &mut |values| runs.lines.add(self.descriptor, values));
        for (position, text) in self.open_texts(&key) {
            *runs.accepted[position].entry(text.clone()).or_default() += 1;
        }
        let run: &'static Run = Box::leak(Box::new(Run { key, values, created: AtomicU64::new(now()) }));
        runs.all.push(run);
        runs.values.push(values);
        self.index.add(self.hash_of(run.texts()), run, |run| !run.is_removed());
        run
    }

    fn more(&self, series: usize, slot: Option<Slot>) -> More {
        match (self.descriptor.native, slot) {
            (Some(settings), Some(slot)) if self.storage == Storage::Histogram => {
                let slot_of = |index| slot.offset_by(index * self.bounds.words());
                let series = (0..series).map(|index| self.bounds.native(settings, slot_of(index))).collect();
                More::Native(Box::leak(Box::new(series)))
            }
            _ => More::Shared(self.shared().map_or(&[], |value| new_words(series, value))),
        }
    }

    /// How many words a series has in each table.
    pub(crate) fn words(&self) -> Option<usize> {
        match self.storage {
            Storage::Counter => Some(Counter::WORDS),
            Storage::FloatCounter => Some(FloatCounter::WORDS),
            Storage::Histogram => Some(self.bounds.words()),
            Storage::Int => Some(IntGauge::WORDS),
            Storage::Float | Storage::Optional | Storage::Computed => None,
        }
    }

    /// What a series' word outside of the tables holds at first.
    fn shared(&self) -> Option<u64> {
        match self.storage {
            Storage::Counter | Storage::FloatCounter | Storage::Histogram => None,
            Storage::Float | Storage::Int => Some(0),
            Storage::Optional | Storage::Computed => Some(ABSENT),
        }
    }

    /// Removes the run of these texts. Says whether there was one.
    pub(crate) fn remove(&self, parts: &[Part<'_>]) -> bool {
        let mut numbers = numbers();
        let (key, texts) = texts(parts, &mut numbers);
        let key = &key[..texts];
        let mut runs = self.runs.write().unwrap_or_else(PoisonError::into_inner);
        let Some(run) = self.find(key) else { return false };
        run.created.store(0, Relaxed);
        if let Some(place) = runs.all.iter().position(|other| std::ptr::eq(*other, run)) {
            let lines = runs.lines.len() / runs.all.len();
            runs.lines.remove(place * lines, lines);
            runs.all.remove(place);
            runs.values.remove(place);
        }
        for (position, text) in self.open_texts(&run.key) {
            if let Some(count) = runs.accepted[position].get_mut(text) {
                *count -= 1;
                if *count == 0 {
                    runs.accepted[position].remove(text);
                }
            }
        }
        // What computes a value may use metrics when it is dropped.
        drop(runs);
        if let (Some(slot), Some(words)) = (run.values.slot, self.words()) {
            store::forget(slot, self.series() * words);
        }
        if self.storage == Storage::Computed {
            run.values.shared().iter().for_each(computed::forget);
        }
        true
    }

    /// The texts of a run that use up the budget of an open label, with the positions of the labels.
    fn open_texts<'k>(&self, key: &'k [Box<str>]) -> impl Iterator<Item = (usize, &'k Box<str>)> {
        let texts = self.descriptor.labels.iter().enumerate().filter(|(_, label)| closed(label.values).is_none());
        texts.zip(key).map(|((position, _), text)| (position, text)).filter(|(_, text)| ***text != *OTHER)
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

    /// The hash of the texts among some parts.
    #[inline]
    fn hash(&self, parts: &[Part<'_>]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for part in parts.iter().filter(|part| !matches!(part, Part::Index(_))) {
            part.text(&mut itoa::Buffer::new()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The same hash.
    fn hash_of<'t>(&self, texts: impl Iterator<Item = &'t str>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        texts.for_each(|text| text.hash(&mut hasher));
        hasher.finish()
    }
}

/// The time in ms since 1970, as far as the system knows it: at least 1.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(1, |since| since.as_millis().max(1) as u64)
}

/// The most labels a family may have; `#[metrics]` checks it.
const MAX_LABELS: usize = 16;

impl Run {
    /// Whether it has been removed, so that its texts are not its own any more.
    fn is_removed(&self) -> bool {
        self.created() == 0
    }

    /// When its values were 0, in ms since 1970.
    pub(crate) fn created(&self) -> u64 {
        self.created.load(Relaxed)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.key.iter().map(|text| &**text)
    }

    fn has_texts(&self, texts: &[&str]) -> bool {
        !self.is_removed() && self.texts().eq(texts.iter().copied())
    }

    #[inline]
    fn has(&self, parts: &[Part<'_>]) -> bool {
        let mut texts = self.texts();
        let mut parts = parts.iter().filter(|part| !matches!(part, Part::Index(_)));
        !self.is_removed() && parts.all(|part| texts.next() == Some(part.text(&mut itoa::Buffer::new())))
    }
}

/// Where the numbers among some parts are written.
fn numbers() -> [itoa::Buffer; MAX_LABELS] {
    std::array::from_fn(|_| itoa::Buffer::new())
}

/// The texts of the labels that are not closed, and how many they are.
#[inline]
fn texts<'a>(parts: &[Part<'a>], numbers: &'a mut [itoa::Buffer; MAX_LABELS]) -> ([&'a str; MAX_LABELS], usize) {
    let mut key = [""; MAX_LABELS];
    let mut texts = 0;
    for (part, number) in parts.iter().zip(numbers) {
        if !matches!(part, Part::Index(_)) {
            key[texts] = part.text(number);
            texts += 1;
        }
    }
    (key, texts)
}

fn closed(values: LabelValues) -> Option<&'static [&'static str]> {
    match values {
        LabelValues::Closed(values) => Some(values),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Histogram;

    /// Native histograms cost those that are not native no memory.
    #[test]
    fn a_series_is_as_small_as_without_native_histograms() {
        assert_eq!(size_of::<Histogram>(), 16);
        assert_eq!(size_of::<Values>(), size_of::<Option<Slot>>().next_multiple_of(8) + size_of::<&[AtomicU64]>());
    }
}
