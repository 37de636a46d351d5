//! The buckets of native histograms.
//!
//! A series keeps a run of words in the threads' tables for each *octave* that it has seen, the sizes from a power of two to the next. So
//! recording is what it is for other series: a plain addition in the thread's own table, without a lock, and nothing is moved when the limit
//! of buckets is passed. A scrape adds the tables up and merges buckets until they are few enough. Counts only go up, so the schema that it
//! finds only becomes coarser, and octaves that are seen later need no finer words.

mod octaves;
mod position;
mod value;

use std::sync::{
    OnceLock,
    atomic::{AtomicI8, AtomicUsize, Ordering::Relaxed},
};

use cryptofunk_metrics_catalog::native::NativeHistogram;

use self::{
    octaves::{Octaves, Words},
    position::Position,
};
use super::{
    arena::{Amount, Reader, Slot},
    local::{self, ARENA},
};
use crate::clock;

pub use value::NativeHistogramValue;
#[cfg(any(feature = "protobuf", test))]
pub(crate) use value::Spans;

/// The buckets of one series.
#[derive(Debug)]
pub(crate) struct Native {
    /// The words that it has as a histogram: its sum, and its declared buckets.
    slot: Slot,
    settings: NativeHistogram,
    /// Where the buckets of an octave begin.
    bounds: &'static [f64],
    /// The word of the zero bucket.
    zero: Slot,
    positive: OnceLock<Box<Octaves>>,
    negative: OnceLock<Box<Octaves>>,
    /// How many octaves have words.
    octaves: AtomicUsize,
    /// The schema of the words that the next octave gets: 0 or above, for an octave has one word at least.
    finest: AtomicI8,
    seconds_per_tick: f64,
}

impl Native {
    pub(crate) fn new(settings: NativeHistogram, slot: Slot) -> Self {
        let finest = settings.schema().max(0);
        Native {
            slot,
            settings,
            bounds: position::bounds(finest),
            zero: ARENA.reserve(1),
            positive: OnceLock::new(),
            negative: OnceLock::new(),
            octaves: AtomicUsize::new(0),
            finest: AtomicI8::new(finest),
            seconds_per_tick: clock::seconds_per_tick(),
        }
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Counts one duration, in clock ticks.
    #[inline]
    pub(crate) fn count_ticks(&self, ticks: u64) {
        self.count(ticks as f64 * self.seconds_per_tick);
    }

    /// Counts one value, which is a number.
    #[inline]
    pub(crate) fn count(&self, value: f64) {
        let slot = if value.abs() <= self.settings.zero_threshold() { self.zero } else { self.bucket(value) };
        local::add(slot, [(0, Amount::Whole(1))]);
    }

    /// The word of the bucket that a value falls into.
    #[inline]
    fn bucket(&self, value: f64) -> Slot {
        let side = if value < 0.0 { &self.negative } else { &self.positive };
        let Position { octave, bucket } = Position::of(value.abs(), self.bounds);
        let words = match side.get().and_then(|octaves| octaves.get(octave)) {
            Some(words) => words,
            None => self.make(side, octave),
        };
        words.slot.offset_by(bucket >> (self.settings.schema().max(0) - words.schema))
    }

    #[cold]
    fn make<'a>(&'a self, side: &'a OnceLock<Box<Octaves>>, octave: usize) -> &'a Words {
        side.get_or_init(Box::default).get_or_make(octave, || {
            // Each octave has a bucket that is not empty: one more than the limit, and no scrape shows any octave in parts again.
            let octaves = self.octaves.fetch_add(1, Relaxed) + 1;
            if octaves > self.settings.max_buckets() as usize {
                self.finest.store(0, Relaxed);
            }
            let schema = self.finest.load(Relaxed);
            Words { slot: ARENA.reserve(1 << schema), schema }
        })
    }

    /// The observations of all threads, in at most as many buckets as there may be.
    pub(crate) fn read(&self, reader: &Reader<'_>) -> NativeHistogramValue {
        let mut zero = [0];
        reader.add_up(self.zero, &mut zero);
        let sides = [&self.positive, &self.negative].map(OnceLock::get);
        let mut schema = self.settings.schema();
        let words = || sides.iter().flatten().flat_map(|side| side.iter()).map(|(_, words)| words.schema);
        schema = words().fold(schema, i8::min);
        let [positive, negative] = sides.map(|side| side.map(|side| side.buckets(schema, reader)).unwrap_or_default());
        let mut value = NativeHistogramValue {
            schema,
            zero_threshold: self.settings.zero_threshold(),
            zero_count: zero[0],
            positive,
            negative,
        };
        value.limit(self.settings.max_buckets() as usize);
        self.finest.fetch_min(value.schema.max(0), Relaxed);
        value
    }
}

#[cfg(test)]
mod tests;
