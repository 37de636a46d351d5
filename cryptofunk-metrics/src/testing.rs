//! Asserting what a call recorded.
//!
//! [`value_of`] reads a series, with no text to parse. [`Recording`] tells what the calling thread has recorded since, and
//! nothing of what other tests record beside it: each thread has cells of its own, and the test harness runs each test, and
//! `#[tokio::test]` each test's runtime, on a thread of its own.
//!
//! ```
//! use cryptofunk_metrics::{metrics, testing::Recording};
//!
//! #[metrics(namespace = "doc", subsystem = "testing")]
//! mod shop {
//!     /// Cups of coffee that were sold.
//!     pub fn cups_total() -> Counter;
//! }
//!
//! fn sell() {
//!     shop::cups_total().inc();
//! }
//!
//! std::thread::spawn(|| (0..100).for_each(|_| sell()));      // another test
//! let recording = Recording::start();
//! sell();
//! assert_eq!(recording.increase_of(shop::cups_total()), 1);
//! ```

use crate::{
    cell::{
        ARENA, Counter, FloatCounter, Gauge, Histogram, HistogramValue, IntGauge, OptionalGauge,
        arena::{Reader, Table},
        this_thread,
    },
    computed::ComputedGauge,
    family::private::Sealed,
};

/// The value of a series now, all threads together.
pub fn value_of<S: Readable>(series: S) -> S::Value {
    series.read(&ARENA.reader())
}

/// What the calling thread records from now on.
///
/// Gauges are not kept by thread: read them with [`value_of`].
#[derive(Debug)]
#[must_use = "a recording is there to be asked"]
pub struct Recording {
    before: Table,
}

impl Recording {
    /// Starts.
    pub fn start() -> Self {
        Recording { before: this_thread().map_or_else(Table::new, Table::copy) }
    }

    /// By how much the calling thread has raised a series since the start.
    ///
    /// Call it on the thread that started the recording.
    pub fn increase_of<S: Increasing>(&self, series: S) -> S::Value {
        let now = series.read(&Reader::of(this_thread()));
        let before = series.read(&Reader::of(Some(&self.before)));
        S::difference(now, before)
    }
}

/// A series whose value can be read.
pub trait Readable: Copy + Sealed {
    /// What it holds: `u64`, `i64`, `f64`, `Option<f64>` or [`HistogramValue`].
    type Value;
    #[doc(hidden)]
    fn read(self, reader: &Reader<'_>) -> Self::Value;
}

/// A series whose values only go up, so that a difference says what was recorded.
pub trait Increasing: Readable {
    #[doc(hidden)]
    fn difference(now: Self::Value, before: Self::Value) -> Self::Value;
}

impl Readable for Counter {
    type Value = u64;
    fn read(self, reader: &Reader<'_>) -> u64 {
        Counter::read(self, reader)
    }
}

impl Readable for FloatCounter {
    type Value = f64;
    fn read(self, reader: &Reader<'_>) -> f64 {
        FloatCounter::read(self, reader)
    }
}

impl Readable for Histogram {
    type Value = HistogramValue;
    fn read(self, reader: &Reader<'_>) -> HistogramValue {
        Histogram::read(self, reader)
    }
}

impl Readable for Gauge {
    type Value = f64;
    fn read(self, _: &Reader<'_>) -> f64 {
        self.get()
    }
}

impl Readable for IntGauge {
    type Value = i64;
    fn read(self, _: &Reader<'_>) -> i64 {
        self.get()
    }
}

impl Readable for OptionalGauge {
    type Value = Option<f64>;
    fn read(self, _: &Reader<'_>) -> Option<f64> {
        self.get()
    }
}

impl Readable for ComputedGauge {
    type Value = Option<f64>;
    fn read(self, _: &Reader<'_>) -> Option<f64> {
        self.get()
    }
}

impl Increasing for Counter {
    fn difference(now: u64, before: u64) -> u64 {
        now - before
    }
}

impl Increasing for FloatCounter {
    fn difference(now: f64, before: f64) -> f64 {
        now - before
    }
}

impl Increasing for Histogram {
    fn difference(now: HistogramValue, before: HistogramValue) -> HistogramValue {
        HistogramValue {
            buckets: now.buckets.iter().zip(&before.buckets).map(|(now, before)| now - before).collect(),
            sum: now.sum - before.sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::mcp::{Method, Server, Status, requests_total};

    /// A thread that has recorded nothing yet may get the table, and the counts, of one that has ended.
    #[test]
    fn a_recording_does_not_count_what_dead_threads_have_recorded() {
        let series = requests_total(Server("recycled"), Method::Ping, Status::Success);
        for _ in 0..20 {
            std::thread::spawn(move || {
                let recording = Recording::start();
                series.inc();
                assert_eq!(recording.increase_of(series), 1);
            })
            .join()
            .expect("the recording counts one");
        }
    }
}
