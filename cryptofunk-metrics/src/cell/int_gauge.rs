use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};

use super::{
    arena::{Amount, Slot, Table},
    local,
};

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
    /// What the value was set to, less what had been added until then.
    base: &'static AtomicU64,
    slot: Slot,
}

/// The places of a series' words. What was added and what was subtracted are words of their own: a reader that looks at what was subtracted
/// first never sees a guard's end without its beginning.
const ADDED: usize = 0;
const SUBTRACTED: usize = 1;

impl IntGauge {
    pub(crate) const WORDS: usize = 2;

    pub(crate) fn at(base: &'static AtomicU64, slot: Slot) -> Self {
        IntGauge { base, slot }
    }

    /// Sets the value, whatever was added before. It reads all tables, so it costs more than [`add`](Self::add).
    pub fn set(self, value: i64) {
        self.base.store((value as u64).wrapping_sub(self.moved(local::ARENA.tables())), Relaxed);
    }

    /// Adds to the value; a negative `delta` subtracts.
    #[inline]
    pub fn add(self, delta: i64) {
        if delta >= 0 {
            local::add(self.slot, [(ADDED, Amount::Whole(delta as u64))]);
        } else {
            local::add(self.slot, [(SUBTRACTED, Amount::Last(delta.unsigned_abs()))]);
        }
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
        self.read(local::ARENA.tables())
    }

    /// The value, as far as these tables have it.
    pub(crate) fn read<'a>(self, tables: impl Iterator<Item = &'a Table> + Clone) -> i64 {
        self.value(self.base.load(Relaxed), tables)
    }

    /// The value with what it was set to at another time, which these tables are of too.
    pub(crate) fn value<'a>(self, base: u64, tables: impl Iterator<Item = &'a Table> + Clone) -> i64 {
        base.wrapping_add(self.moved(tables)) as i64
    }

    /// The word that no thread has of its own.
    pub(crate) fn base(self) -> &'static AtomicU64 {
        self.base
    }

    fn moved<'a>(self, tables: impl Iterator<Item = &'a Table> + Clone) -> u64 {
        let sum = |place: usize| {
            let words = tables.clone().filter_map(|table| table.words(self.slot.offset_by(place), 1));
            words.fold(0, |sum: u64, words| sum.wrapping_add(words[0].load(Acquire)))
        };
        let subtracted = sum(SUBTRACTED);
        sum(ADDED).wrapping_sub(subtracted)
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
