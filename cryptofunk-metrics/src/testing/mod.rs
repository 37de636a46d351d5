//! Asserting what code recorded.
//!
//! - [`value_of`] reads a series, with no text to parse.
//! - [`Recording`] says what was recorded since it began, and by which threads.
#![cfg_attr(
    feature = "mcp",
    doc = "- [`call`] runs a tool of an MCP server as a client's call does, without a transport."
)]
//!
//! ```
//! use cryptofunk_metrics::{metrics, testing::Recording};
//!
//! #[metrics(namespace = "doc", subsystem = "testing")]
//! mod shop {
//!     /// Cups of coffee that were sold.
//!     pub fn cups_total() -> Counter;
//!     /// Guests in the shop.
//!     pub fn guests() -> IntGauge;
//! }
//!
//! fn sell() {
//!     shop::guests().inc();
//!     shop::cups_total().inc();
//! }
//!
//! shop::cups_total().inc_by(100);                            // before the test
//! let recording = Recording::start();
//! sell();
//! assert_eq!(recording.increase_of(shop::cups_total()), 1);
//! assert_eq!(recording.change_of(shop::guests()), 1);
//! ```
//!
//! Families of a [convention](crate::conventions) are functions of their module too: with `families = mine`, calls of tools are
//! `mine::tool_calls_total(Server("weather"), Tool("forecast"), Status::Success)`, with the labels of `conventions::mcp`.
//!
//! # Which recording
//!
//! Tests of one process run at the same time and share their series. Counters and histograms are kept for each thread, so a recording can
//! tell tests apart by their threads:
//!
//! | | it sees | use it |
//! |---|---|---|
//! | [`Recording::start`] | the calling thread | in `#[test]` and `#[tokio::test]`, whose tasks all run on one thread |
//! | `Recording::of_runtime` | the calling thread, and the threads of its tokio runtime | in `#[tokio::test(flavor = "multi_thread")]`, and with `spawn_blocking` |
//! | [`Recording::everywhere`] | all threads | with `std::thread::spawn` and other pools, if the test alone records the series |
//!
//! A test has a series to itself through a label value of its own, such as the name of its server, or in a process of its own,
//! as [cargo-nextest](https://nexte.st) gives each test.
//!
//! A recording that misses something says so. If it saw no change of a series, and a thread that may belong to the test changed it,
//! [`increase_of`](Recording::increase_of) panics. The message names the recording to use. A thread does not belong to the test if it has a
//! recording of its own, is in another tokio runtime, or has the name of another test.
//!
//! Gauges are shared by all threads: [`change_of`](Recording::change_of) sees what any thread has changed, whatever the recording.

#[cfg(feature = "mcp")]
mod call;
mod recording;

#[cfg(feature = "mcp")]
pub use call::call;
pub use recording::{Changing, Increasing, Recording};

use crate::{
    cell::{ARENA, Counter, FloatCounter, Gauge, Histogram, HistogramValue, IntGauge, OptionalGauge, arena::Reader},
    computed::ComputedGauge,
    family::private::Sealed,
};

/// The value of a series now, all threads together: a number, an `Option` of one, or a [`HistogramValue`].
///
/// ```
/// use cryptofunk_metrics::{metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "value_of")]
/// mod shop {
///     /// Cups of coffee that were sold.
///     pub fn cups_total() -> Counter;
/// }
///
/// # fn main() {
/// shop::cups_total().inc_by(2);
/// assert_eq!(value_of(shop::cups_total()), 2);
/// # }
/// ```
pub fn value_of<S: Readable>(series: S) -> S::Value {
    series.read(&ARENA.reader())
}

/// A series whose value can be read.
pub trait Readable: Copy + Sealed {
    /// What it holds: `u64`, `i64`, `f64`, `Option<f64>` or [`HistogramValue`].
    type Value;
    #[doc(hidden)]
    fn read(self, reader: &Reader<'_>) -> Self::Value;
}

impl Readable for Counter {
    type Value = u64;
    fn read(self, reader: &Reader<'_>) -> u64 {
        Counter::read(self, reader)
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
    fn read(self, reader: &Reader<'_>) -> i64 {
        IntGauge::read(self, reader.tables())
    }
}

impl Readable for FloatCounter {
    type Value = f64;
    fn read(self, reader: &Reader<'_>) -> f64 {
        FloatCounter::read(self, reader)
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
