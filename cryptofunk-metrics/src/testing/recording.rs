//! What was recorded since a moment, and by whose threads.

use std::{
    collections::HashMap,
    ptr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::Readable;
use crate::cell::{
    ARENA, Counter, FloatCounter, Gauge, Histogram, HistogramValue, IntGauge, all_words,
    arena::{Reader, Table},
    owner, this_thread,
};

/// The tables of threads that have a recording of their own.
static RECORDED: Mutex<Vec<&'static Table>> = Mutex::new(Vec::new());

/// Sees what is recorded from its start on: by the calling thread, by its runtime's threads, or by all threads.
///
/// The [module page](super) says which one to use.
#[derive(Debug)]
#[must_use = "a recording is there to be asked"]
pub struct Recording {
    reach: Reach,
    /// The table of the thread that started, unless its thread-locals are gone.
    thread: Option<&'static Table>,
    /// The tokio runtime that this thread was in.
    runtime: Option<u64>,
    /// Every table as it was at the start.
    before: Vec<(&'static Table, Table)>,
    /// Every gauge as it was at the start, by the address of its word.
    gauges: HashMap<usize, u64>,
}

/// Whose records a recording sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Thread,
    #[cfg_attr(not(any(feature = "exporter", feature = "tokio")), allow(dead_code, reason = "there is no runtime"))]
    Runtime,
    Everywhere,
}

impl Recording {
    /// Starts to see what the calling thread records.
    pub fn start() -> Self {
        Self::reaching(Reach::Thread)
    }

    /// Starts to see what the calling thread records and what the threads of its tokio runtime record: its workers and those of
    /// `spawn_blocking`.
    ///
    /// ```
    /// # use cryptofunk_metrics::{metrics, testing::Recording};
    /// # #[metrics(namespace = "doc", subsystem = "of_runtime")]
    /// # mod shop {
    /// #     /// Cups of coffee that were sold.
    /// #     pub fn cups_total() -> Counter;
    /// # }
    /// #[tokio::main] // or #[tokio::test(flavor = "multi_thread")]
    /// async fn main() {
    ///     let recording = Recording::of_runtime();
    ///     tokio::spawn(async { shop::cups_total().inc() }).await.expect("no panic");
    ///     tokio::task::spawn_blocking(|| shop::cups_total().inc()).await.expect("no panic");
    ///     assert_eq!(recording.increase_of(shop::cups_total()), 2);
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[cfg(any(feature = "exporter", feature = "tokio"))]
    #[track_caller]
    pub fn of_runtime() -> Self {
        let recording = Self::reaching(Reach::Runtime);
        assert!(
            recording.runtime.is_some(),
            "`Recording::of_runtime` needs a tokio runtime, and this thread is in none: call it inside of \
             `#[tokio::test]`, or use `Recording::start` or `Recording::everywhere`",
        );
        recording
    }

    /// Starts to see what all threads record, other tests of the process among them.
    pub fn everywhere() -> Self {
        Self::reaching(Reach::Everywhere)
    }

    fn reaching(reach: Reach) -> Self {
        // First: from then on the thread has a table of its own.
        let before = ARENA.hold().into_iter().map(|table| (table, table.copy())).collect();
        let thread = this_thread();
        RECORDED.lock().unwrap_or_else(PoisonError::into_inner).extend(thread);
        let words = all_words().into_iter().flatten();
        let gauges = words.map(|word| (address(word), word.load(Relaxed))).collect();
        Recording { reach, thread, runtime: owner::runtime(), before, gauges }
    }

    /// By how much a counter or a histogram has grown since the start, on the threads that the recording sees.
    ///
    /// # Panics
    ///
    /// If the recording saw nothing, and a thread that may belong to this test raised the series: the answer 0 would be wrong.
    #[track_caller]
    pub fn increase_of<S: Increasing>(&self, series: S) -> S::Value {
        let increase = self.increase_in(series, |table| self.sees(table));
        if S::is_zero(&increase) {
            self.refuse_if_missed(series);
        }
        increase
    }

    /// By how much a gauge has changed since the start, on any thread: its value now minus its value then.
    ///
    /// ```
    /// # use cryptofunk_metrics::{metrics, testing::Recording};
    /// # #[metrics(namespace = "doc", subsystem = "change_of")]
    /// # mod shop {
    /// #     /// Guests in the shop.
    /// #     pub fn guests() -> IntGauge;
    /// # }
    /// shop::guests().set(7);
    /// let recording = Recording::start();
    /// std::thread::spawn(|| shop::guests().add(-2)).join().expect("no panic");
    /// assert_eq!(recording.start_value_of(shop::guests()), 7);
    /// assert_eq!(recording.change_of(shop::guests()), -2);
    /// ```
    pub fn change_of<S: Changing>(&self, series: S) -> S::Value {
        S::difference(series.read(&ARENA.reader()), self.start_value_of(series))
    }

    /// The value of a gauge at the start; 0 if it did not exist.
    pub fn start_value_of<S: Changing>(&self, series: S) -> S::Value {
        let word = self.gauges.get(&address(series.word())).copied().unwrap_or_default();
        series.value(word, &Reader::of(self.before.iter().map(|(_, copy)| copy)))
    }

    fn increase_in<S: Increasing>(&self, series: S, has: impl Fn(&Table) -> bool) -> S::Value {
        let before = self.before.iter().filter(|(table, _)| has(table)).map(|(_, copy)| copy);
        let now = ARENA.tables().filter(|table| has(table));
        S::difference(series.read(&Reader::of(now)), series.read(&Reader::of(before)))
    }

    fn sees(&self, table: &Table) -> bool {
        match self.reach {
            Reach::Thread => self.is_of_thread(table),
            Reach::Runtime => self.is_of_thread(table) || self.is_of_runtime(table),
            Reach::Everywhere => true,
        }
    }

    fn is_of_thread(&self, table: &Table) -> bool {
        self.thread.is_some_and(|thread| ptr::eq(thread, table))
    }

    fn is_of_runtime(&self, table: &Table) -> bool {
        self.runtime == Some(table.owner())
    }

    #[track_caller]
    fn refuse_if_missed<S: Increasing>(&self, series: S) {
        let recorded = RECORDED.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_other_tests = |table: &Table| recorded.iter().any(|other| ptr::eq(*other, table));
        let moved = |may_be_ours: &dyn Fn(&Table) -> bool| {
            let missed = |table: &Table| !self.sees(table) && !is_other_tests(table) && may_be_ours(table);
            !S::is_zero(&self.increase_in(series, missed))
        };
        assert!(
            !moved(&|table| self.is_of_runtime(table)),
            "this recording sees the calling thread alone, on which the series did not move; another thread of the same tokio \
             runtime raised it: start the recording with `Recording::of_runtime()`",
        );
        assert!(
            !moved(&|table| table.owner() == owner::UNKNOWN),
            "the series did not move on the threads that this recording sees, and another thread raised it: start the recording \
             with `Recording::everywhere()`, and give the test a label value or a process of its own if other tests record \
             the series too",
        );
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if ARENA.release() {
            RECORDED.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

fn address(word: &AtomicU64) -> usize {
    ptr::from_ref(word).addr()
}

/// A series whose values only go up, so that a difference says what was recorded.
pub trait Increasing: Readable {
    #[doc(hidden)]
    fn difference(now: Self::Value, before: Self::Value) -> Self::Value;
    #[doc(hidden)]
    fn is_zero(increase: &Self::Value) -> bool;
}

impl Increasing for Counter {
    fn difference(now: u64, before: u64) -> u64 {
        now - before
    }
    fn is_zero(increase: &u64) -> bool {
        *increase == 0
    }
}

impl Increasing for FloatCounter {
    fn difference(now: f64, before: f64) -> f64 {
        now - before
    }
    fn is_zero(increase: &f64) -> bool {
        *increase == 0.0
    }
}

impl Increasing for Histogram {
    fn difference(now: HistogramValue, before: HistogramValue) -> HistogramValue {
        HistogramValue {
            buckets: now.buckets.iter().zip(&before.buckets).map(|(now, before)| now - before).collect(),
            sum: now.sum - before.sum,
        }
    }
    fn is_zero(increase: &HistogramValue) -> bool {
        increase.count() == 0
    }
}

/// A series whose values go up and down: a [`Gauge`] or an [`IntGauge`].
pub trait Changing: Readable {
    #[doc(hidden)]
    fn word(self) -> &'static AtomicU64;
    #[doc(hidden)]
    fn value(self, word: u64, reader: &Reader<'_>) -> Self::Value;
    #[doc(hidden)]
    fn difference(now: Self::Value, before: Self::Value) -> Self::Value;
}

impl Changing for Gauge {
    fn word(self) -> &'static AtomicU64 {
        self.word
    }
    fn value(self, word: u64, _: &Reader<'_>) -> f64 {
        f64::from_bits(word)
    }
    fn difference(now: f64, before: f64) -> f64 {
        now - before
    }
}

impl Changing for IntGauge {
    fn word(self) -> &'static AtomicU64 {
        self.base()
    }
    fn value(self, word: u64, reader: &Reader<'_>) -> i64 {
        IntGauge::value(self, word, reader.tables())
    }
    fn difference(now: i64, before: i64) -> i64 {
        now - before
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::*;
    use crate::catalog::mcp::{Method, Server, Status, requests_total};

    /// More threads than have tables of their own; those that share one leave it when a recording begins.
    #[test]
    fn a_recording_sees_a_thread_that_shared_a_table_before() {
        let series = requests_total(Server("crowded"), Method::Ping, Status::Success);
        let crowd = Arc::new(Barrier::new(300));
        let threads: Vec<_> = (0..300)
            .map(|number| {
                let crowd = Arc::clone(&crowd);
                std::thread::spawn(move || {
                    series.inc();
                    crowd.wait();
                    // Not in each: a recording reads the tables of all.
                    if number % 4 == 0 {
                        let recording = Recording::start();
                        series.inc();
                        assert_eq!(recording.increase_of(series), 1);
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("each recording counts one"));
    }

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

    /// The thread that comes second would get the table of the first one.
    #[test]
    fn tables_stay_with_their_threads_while_a_recording_lives() {
        let recording = Recording::start();
        let table =
            || std::thread::spawn(|| this_thread().map(|table| ptr::from_ref(table).addr())).join().ok().flatten();
        assert_ne!(table(), table());
        drop(recording);
    }
}
