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

/// One series of a gauge family that counts things: an integer that goes up and down.
///
/// ```
/// use cryptofunk_metrics::{IntGauge, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "int_gauge")]
/// mod queue {
///     /// Orders that wait.
///     pub fn length() -> IntGauge;
/// }
///
/// queue::length().set(3);
/// queue::length().dec();
/// assert_eq!(value_of(queue::length()), 2);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct IntGauge {
    pub(crate) word: &'static AtomicU64,
}

impl IntGauge {
    /// Sets the value.
    #[inline]
    pub fn set(self, value: i64) {
        self.word.store(value as u64, Relaxed);
    }

    /// Adds to the value; a negative `delta` subtracts.
    #[inline]
    pub fn add(self, delta: i64) {
        self.word.fetch_add(delta as u64, Relaxed);
    }

    /// Adds one.
    #[inline]
    pub fn inc(self) {
        self.add(1);
    }

    /// Subtracts one.
    #[inline]
    pub fn dec(self) {
        self.add(-1);
    }

    /// Adds one, and subtracts it when the guard is dropped: also when a future is dropped, or a thread panics.
    ///
    /// ```
    /// # use cryptofunk_metrics::{IntGauge, metrics, testing::value_of};
    /// # #[metrics(namespace = "doc", subsystem = "guard")]
    /// # mod pool {
    /// #     /// Jobs that run.
    /// #     pub fn jobs_active() -> IntGauge;
    /// # }
    /// {
    ///     let _running = pool::jobs_active().inc_guard();
    ///     assert_eq!(value_of(pool::jobs_active()), 1);
    /// }
    /// assert_eq!(value_of(pool::jobs_active()), 0);
    /// ```
    #[inline]
    pub fn inc_guard(self) -> IntGaugeGuard {
        self.inc();
        IntGaugeGuard { gauge: self }
    }

    /// The value.
    pub fn get(self) -> i64 {
        self.word.load(Relaxed) as i64
    }
}

/// Counts one thing for as long as it lives; see [`IntGauge::inc_guard`].
#[derive(Debug)]
#[must_use = "dropping the guard subtracts again: keep it, as in `let _running = …`"]
pub struct IntGaugeGuard {
    gauge: IntGauge,
}

impl Drop for IntGaugeGuard {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}
