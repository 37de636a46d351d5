//! Gauges whose values are computed at each scrape.

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::cell::{bits_of, value_of_bits};

/// One series of a gauge family whose value is computed at each scrape, from what the process knows anyway: the length of a queue, the
/// age of a cache.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use cryptofunk_metrics::{ComputedGauge, Label, encode_text, metrics, testing::value_of};
///
/// #[derive(Label, Clone, Copy)]
/// enum Queue { Mail, Prints }
///
/// #[metrics(namespace = "doc", subsystem = "computed_gauge")]
/// mod queues {
///     /// Jobs that wait.
///     pub fn jobs_waiting(queue: super::Queue) -> ComputedGauge;
/// }
///
/// # fn main() {
/// let mail = Arc::new(Mutex::new(vec!["to Ann", "to Bob"]));
/// let waiting = Arc::downgrade(&mail);
/// // No sample once the queue is gone.
/// queues::jobs_waiting(Queue::Mail).compute(move || waiting.upgrade().map(|mail| mail.lock().unwrap().len()));
/// assert!(encode_text().contains("doc_computed_gauge_jobs_waiting{queue=\"mail\"} 2\n"));
/// drop(mail);
/// assert_eq!(value_of(queues::jobs_waiting(Queue::Mail)), None);
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ComputedGauge {
    pub(crate) word: &'static AtomicU64,
}

/// What may be computed for a [`ComputedGauge`]: a number of any type, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a gauge",
    label = "not a number",
    note = "a gauge is computed by a closure or function that returns a number, or an `Option` of one, where `None` means no sample"
)]
pub trait ComputedValue {
    #[doc(hidden)]
    fn into_value(self) -> Option<f64>;
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl ComputedValue for $number {
            fn into_value(self) -> Option<f64> {
                Some(self as f64)
            }
        })*
    };
}

numbers!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

// Whether the compiler writes its path in full depends on what else is built.
#[diagnostic::do_not_recommend]
impl<V: ComputedValue> ComputedValue for Option<V> {
    fn into_value(self) -> Option<f64> {
        self.and_then(V::into_value)
    }
}

type Source = Arc<dyn Fn() -> Option<f64> + Send + Sync>;

/// What computes each word, by its address.
static SOURCES: RwLock<BTreeMap<usize, (&'static AtomicU64, Source)>> = RwLock::new(BTreeMap::new());

impl ComputedGauge {
    /// Sets the closure that computes the value. It returns a number, or an `Option` of one: `None` means no sample. It replaces an earlier
    /// closure. Without one, the series has no sample.
    ///
    /// Each scrape calls it, on the thread that answers, so it should not block. If it panics, the series has no sample.
    pub fn compute<V: ComputedValue>(self, source: impl Fn() -> V + Send + Sync + 'static) {
        let source: Source = Arc::new(move || source().into_value());
        // Dropped after the lock is free: what a closure holds may use metrics when it is dropped.
        let _before =
            SOURCES.write().unwrap_or_else(PoisonError::into_inner).insert(self.address(), (self.word, source));
    }

    /// Computes the value now. `None` if the closure returns none, or is not set.
    pub fn get(self) -> Option<f64> {
        let source = SOURCES.read().unwrap_or_else(PoisonError::into_inner).get(&self.address()).cloned();
        let value = source.and_then(|(_, source)| call(&source));
        self.word.store(bits_of(value), Relaxed);
        value
    }

    /// The value of the last scrape.
    pub(crate) fn last(self) -> Option<f64> {
        value_of_bits(self.word.load(Relaxed))
    }

    fn address(self) -> usize {
        std::ptr::from_ref(self.word).addr()
    }
}

impl fmt::Debug for ComputedGauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComputedGauge").field("last", &self.last()).finish()
    }
}

/// Forgets what computes this word.
pub(crate) fn forget(word: &'static AtomicU64) {
    // Dropped after the lock is free, as above.
    let _source = SOURCES.write().unwrap_or_else(PoisonError::into_inner).remove(&ComputedGauge { word }.address());
}

/// Computes all values. No lock is held meanwhile: a source may declare, record and read.
pub(crate) fn refresh() {
    let sources: Vec<_> = SOURCES.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
    for (word, source) in sources {
        word.store(bits_of(call(&source)), Relaxed);
    }
}

/// The value of a source; a panic is no value, and no end of the scrape.
fn call(source: &Source) -> Option<f64> {
    catch_unwind(AssertUnwindSafe(|| source())).unwrap_or_default()
}
