use std::{
    sync::{
        Arc,
        atomic::{Ordering, Ordering::Relaxed, fence},
    },
    time::Duration,
};

use cryptofunk_metrics_catalog::native::NativeHistogram;

use super::{
    arena::{Amount, Reader, Slot},
    local,
    native::{Native, NativeHistogramValue},
};
use crate::{
    clock,
    exemplar::{Exemplar, store},
};

/// A family's bucket bounds, also in clock ticks, so that recording a duration converts nothing; or those of one series, with the buckets that
/// it makes itself.
#[derive(Debug)]
pub(crate) struct Bounds {
    values: &'static [f64],
    ticks: Arc<[u64]>,
    native: Option<Box<Native>>,
}

impl Bounds {
    pub(crate) fn new(values: &'static [f64]) -> Self {
        let to_ticks = |seconds: &f64| (seconds / clock::seconds_per_tick()) as u64;
        Bounds { values, ticks: values.iter().map(to_ticks).collect(), native: None }
    }

    /// The same bounds, for a series with these words that makes buckets itself too.
    pub(crate) fn native(&self, settings: NativeHistogram, slot: Slot) -> Self {
        let native = Some(Box::new(Native::new(settings, slot)));
        Bounds { values: self.values, ticks: Arc::clone(&self.ticks), native }
    }

    /// The finite upper bounds.
    pub(crate) fn values(&self) -> &'static [f64] {
        self.values
    }

    /// The words of one series: the sum of ticks, the sum of plain values, and a count for each bucket, `+Inf` included.
    pub(crate) fn words(&self) -> usize {
        COUNTS + self.buckets()
    }

    /// How many buckets there are, `+Inf` included.
    pub(crate) fn buckets(&self) -> usize {
        self.values.len() + 1
    }

    /// The word that counts a bucket of the series at this slot.
    pub(crate) fn bucket_word(series: Slot, bucket: usize) -> Slot {
        series.offset_by(COUNTS + bucket)
    }

    /// Adds one series' observations over all threads to `buckets`, and returns the sum of the values.
    pub(crate) fn add_up(&self, reader: &Reader<'_>, slot: Slot, buckets: &mut [u64]) -> f64 {
        let (mut all_ticks, mut sum) = (0u64, 0.0);
        reader.for_each(slot, self.words(), |words| {
            for (count, word) in buckets.iter_mut().zip(&words[COUNTS..]) {
                *count = count.wrapping_add(word.load(Relaxed));
            }
            all_ticks = all_ticks.wrapping_add(words[TICKS].load(Relaxed));
            sum += f64::from_bits(words[VALUES].load(Relaxed));
        });
        all_ticks as f64 * clock::seconds_per_tick() + sum
    }
}

/// The places of a series' words.
const TICKS: usize = 0;
const VALUES: usize = 1;
const COUNTS: usize = 2;

/// The position of the first bound that is not below `value`. Bounds are few: a scan beats a search by halves.
#[inline(always)]
fn bucket_of<T: PartialOrd + Copy>(bounds: &[T], value: T) -> usize {
    bounds.iter().position(|bound| value <= *bound).unwrap_or(bounds.len())
}

/// One series of a histogram family: observations counted in buckets, with their sum.
///
/// `_count` is the sum of the buckets, so that a scrape is never inconsistent.
///
/// ```
/// use std::time::Duration;
/// use cryptofunk_metrics::{Histogram, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "histogram")]
/// mod kitchen {
///     /// Time from order to plate.
///     #[metric(buckets = [60.0, 300.0, 900.0])]
///     pub fn cooking_seconds() -> Histogram;
/// }
///
/// kitchen::cooking_seconds().observe(240.0);
/// kitchen::cooking_seconds().observe_duration(Duration::from_secs(1000));
/// let value = value_of(kitchen::cooking_seconds());
/// assert_eq!(value.buckets, [0, 1, 0, 1]);       // not cumulative; the last one is +Inf
/// assert_eq!(value.count(), 2);
/// assert_eq!(value.sum, 1240.0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Histogram {
    /// Nowhere, if the histogram is native: recording finds that out where it looks for its words anyway, so that others pay nothing.
    slot: Slot,
    bounds: &'static Bounds,
}

impl Histogram {
    pub(crate) fn at(slot: Slot, bounds: &'static Bounds) -> Self {
        Histogram { slot, bounds }
    }

    /// A series that makes buckets itself.
    pub(crate) fn native(bounds: &'static Bounds) -> Self {
        Histogram { slot: Slot::NOWHERE, bounds }
    }

    /// Records one value. NaN belongs to no bucket and is not recorded.
    #[inline]
    pub fn observe(self, value: f64) {
        if value.is_nan() {
            return;
        }
        let count = COUNTS + bucket_of(self.bounds.values, value);
        if !local::add_own(self.slot, [(count, Amount::Whole(1)), (VALUES, Amount::Real(value))]) {
            self.observe_elsewhere(count, value);
        }
    }

    #[inline(never)]
    fn observe_elsewhere(self, count: usize, value: f64) {
        match &self.bounds.native {
            None => local::add_elsewhere(self.slot, [(count, Amount::Whole(1)), (VALUES, Amount::Real(value))]),
            Some(native) => {
                native.count(value);
                local::add(native.slot(), [(VALUES, Amount::Real(value)), (count, Amount::Last(1))]);
            }
        }
    }

    /// Records one value. `exemplar` is an [`Exemplar`], or an `Option` of one.
    pub fn observe_with_exemplar(self, value: f64, exemplar: impl Into<Option<Exemplar>>) {
        self.observe(value);
        if let Some(exemplar) = exemplar.into() {
            self.mark(value, exemplar);
        }
    }

    /// Keeps the exemplar of a value.
    pub(crate) fn mark(self, value: f64, exemplar: Exemplar) {
        if !value.is_nan() {
            self.mark_bucket(bucket_of(self.bounds.values, value), value, exemplar);
        }
    }

    /// Keeps the exemplar of a number of clock ticks.
    #[cfg(feature = "trace")]
    pub(crate) fn mark_ticks(self, ticks: u64, exemplar: Exemplar) {
        let bucket = bucket_of(&self.bounds.ticks, ticks);
        // Rounding may have left the bucket.
        let bound = self.bounds.values.get(bucket).copied().unwrap_or(f64::INFINITY);
        self.mark_bucket(bucket, (ticks as f64 * clock::seconds_per_tick()).min(bound), exemplar);
    }

    fn mark_bucket(self, bucket: usize, value: f64, exemplar: Exemplar) {
        store::keep(Bounds::bucket_word(self.words(), bucket), exemplar, value);
    }

    /// Where its words are, for everything but recording.
    fn words(self) -> Slot {
        self.bounds.native.as_ref().map_or(self.slot, |native| native.slot())
    }

    /// Records a duration, in seconds.
    pub fn observe_duration(self, duration: Duration) {
        self.observe(duration.as_secs_f64());
    }

    /// Records a number of clock ticks, the difference of two readings of [`clock::now`].
    #[doc(hidden)]
    #[inline]
    pub fn observe_ticks(self, ticks: u64) {
        let count = COUNTS + bucket_of(&self.bounds.ticks, ticks);
        if !local::add_own(self.slot, [(count, Amount::Whole(1)), (TICKS, Amount::Whole(ticks))]) {
            self.observe_ticks_elsewhere(count, ticks);
        }
    }

    #[inline(never)]
    fn observe_ticks_elsewhere(self, count: usize, ticks: u64) {
        match &self.bounds.native {
            None => local::add_elsewhere(self.slot, [(count, Amount::Whole(1)), (TICKS, Amount::Whole(ticks))]),
            Some(native) => {
                native.count_ticks(ticks);
                local::add(native.slot(), [(TICKS, Amount::Whole(ticks)), (count, Amount::Last(1))]);
            }
        }
    }

    /// Starts measuring; the time until the timer is stopped or dropped is recorded, in seconds.
    ///
    /// ```
    /// # use cryptofunk_metrics::{Histogram, metrics, testing::value_of};
    /// # #[metrics(namespace = "doc", subsystem = "timer")]
    /// # mod kitchen {
    /// #     /// Time from order to plate.
    /// #     #[metric(buckets = [60.0])]
    /// #     pub fn cooking_seconds() -> Histogram;
    /// # }
    /// {
    ///     let _cooking = kitchen::cooking_seconds().start_timer();
    ///     // work
    /// }
    /// assert_eq!(value_of(kitchen::cooking_seconds()).count(), 1);
    /// ```
    #[inline]
    pub fn start_timer(self) -> Timer {
        Timer { histogram: self, start: clock::now() }
    }

    /// The observations of all threads.
    pub fn get(self) -> HistogramValue {
        self.read(&local::ARENA.reader())
    }

    /// The buckets that a histogram with `#[metric(native)]` makes itself, with the observations of all threads; nothing for other histograms.
    pub fn get_native(self) -> Option<NativeHistogramValue> {
        self.read_native(&local::ARENA.reader())
    }

    pub(crate) fn read(self, reader: &Reader<'_>) -> HistogramValue {
        let mut buckets = vec![0; self.bounds.buckets()];
        let slot = self.words();
        let sum = self.bounds.add_up(reader, slot, &mut buckets);
        HistogramValue { buckets, sum }
    }

    /// Read after [`read`](Self::read), it has every observation that was seen there: recording adds to it first.
    pub(crate) fn read_native(self, reader: &Reader<'_>) -> Option<NativeHistogramValue> {
        fence(Ordering::Acquire);
        Some(self.bounds.native.as_ref()?.read(reader))
    }
}

/// The buckets and the sum of a histogram at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramValue {
    /// Observations by bucket, not cumulative; the last one is `+Inf`.
    pub buckets: Vec<u64>,
    /// The sum of all observed values.
    pub sum: f64,
}

impl HistogramValue {
    /// How many values were observed.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

/// A running measurement; see [`Histogram::start_timer`].
#[derive(Debug)]
#[must_use = "dropping the timer ends the measurement"]
pub struct Timer {
    histogram: Histogram,
    start: u64,
}

impl Timer {
    /// Ends the measurement and records it.
    pub fn stop(self) {}

    /// Ends the measurement without recording it.
    pub fn discard(self) {
        std::mem::forget(self);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.histogram.observe_ticks(clock::now().saturating_sub(self.start));
    }
}
