use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// The words of every gauge of the process.
static WORDS: Mutex<Vec<&'static [AtomicU64]>> = Mutex::new(Vec::new());

/// The words of new gauges, which hold this.
pub(crate) fn new_words(gauges: usize, value: u64) -> &'static [AtomicU64] {
    let words: &'static [AtomicU64] = Box::leak((0..gauges).map(|_| AtomicU64::new(value)).collect::<Box<[_]>>());
    WORDS.lock().unwrap_or_else(PoisonError::into_inner).push(words);
    words
}

/// The words of all gauges of this moment.
pub(crate) fn all_words() -> Vec<&'static [AtomicU64]> {
    WORDS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// One series of a gauge family: a real number that goes up and down.
///
/// The last `set` wins, from whatever thread, so a gauge is one word that all threads share.
///
/// ```
/// use cryptofunk_metrics::{Gauge, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "gauge")]
/// mod boiler {
///     /// Water temperature.
///     pub fn temperature_celsius() -> Gauge;
/// }
///
/// boiler::temperature_celsius().set(92.5);
/// boiler::temperature_celsius().add(-2.5);
/// assert_eq!(value_of(boiler::temperature_celsius()), 90.0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Gauge {
    pub(crate) word: &'static AtomicU64,
}

impl Gauge {
    /// Sets the value.
    #[inline]
    pub fn set(self, value: f64) {
        self.word.store(value.to_bits(), Relaxed);
    }

    /// Adds to the value; a negative `delta` subtracts.
    pub fn add(self, delta: f64) {
        let add = |bits| Some((f64::from_bits(bits) + delta).to_bits());
        // Never fails: `add` always returns a value.
        let _ = self.word.fetch_update(Relaxed, Relaxed, add);
    }

    /// The value.
    pub fn get(self) -> f64 {
        f64::from_bits(self.word.load(Relaxed))
    }
}
