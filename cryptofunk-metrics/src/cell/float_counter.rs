use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use super::{
    arena::{Amount, Reader, Slot},
    local,
};
use crate::exemplar::{Exemplar, store};

/// One series of a counter family for fractions, such as seconds or money: a real number that only goes up.
///
/// It is exposed as a counter, from 0 on. Each thread adds to a sum of its own, as for a [`Counter`](crate::Counter).
///
/// ```
/// use std::time::Duration;
/// use cryptofunk_metrics::{FloatCounter, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "float_counter")]
/// mod shop {
///     /// Money that was taken.
///     pub fn revenue_eur_total() -> FloatCounter;
///
///     /// Time that the shop was open.
///     pub fn open_seconds_total() -> FloatCounter;
/// }
///
/// let revenue = shop::revenue_eur_total();
/// revenue.inc_by(2.5);
/// revenue.inc_by(-1.0);                          // not recorded: a counter only goes up
/// assert_eq!(value_of(revenue), 2.5);
/// shop::open_seconds_total().inc_by_duration(Duration::from_millis(1500));
/// assert_eq!(value_of(shop::open_seconds_total()), 1.5);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FloatCounter {
    slot: Slot,
}

impl FloatCounter {
    pub(crate) const WORDS: usize = 1;

    pub(crate) fn at(slot: Slot) -> Self {
        FloatCounter { slot }
    }

    /// Adds `x`. NaN, infinity and numbers below 0 are not recorded: one of them would spoil the counter until the process ends.
    #[inline]
    pub fn inc_by(self, x: f64) {
        if is_recorded(x) {
            local::add(self.slot, [(0, Amount::Real(x))]);
        }
    }

    /// Adds `x`, as [`inc_by`](Self::inc_by). `exemplar` is an [`Exemplar`], or an `Option` of one.
    pub fn inc_by_with_exemplar(self, x: f64, exemplar: impl Into<Option<Exemplar>>) {
        self.inc_by(x);
        if let Some(exemplar) = exemplar.into().filter(|_| is_recorded(x)) {
            store::keep(self.slot, exemplar, x);
        }
    }

    /// Adds a duration, in seconds.
    pub fn inc_by_duration(self, duration: Duration) {
        self.inc_by(duration.as_secs_f64());
    }

    /// The sum now, all threads together.
    pub fn get(self) -> f64 {
        self.read(&local::ARENA.reader())
    }

    pub(crate) fn read(self, reader: &Reader<'_>) -> f64 {
        let mut sum = [0.0; Self::WORDS];
        Self::add_up(reader, self.slot, &mut sum);
        sum[0]
    }

    /// Adds the words of a run over all tables to `sums`.
    pub(crate) fn add_up(reader: &Reader<'_>, slot: Slot, sums: &mut [f64]) {
        reader.for_each(slot, sums.len(), |cells| {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                *sum += f64::from_bits(cell.load(Relaxed));
            }
        });
    }
}

/// False for NaN too.
#[inline]
fn is_recorded(x: f64) -> bool {
    (0.0..f64::INFINITY).contains(&x)
}
