use super::{
    arena::{Amount, Reader, Slot},
    local,
};
use crate::exemplar::{Exemplar, store};

/// One series of a counter family: a number that only goes up.
///
/// A `Counter` is a resolved series: copying it is free, and recording through a copy looks nothing up. A count of 0 is
/// exposed from the moment the series exists.
///
/// ```
/// use cryptofunk_metrics::{Counter, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "counter")]
/// mod shop {
///     /// Cups of coffee that were sold.
///     pub fn cups_total() -> Counter;
/// }
///
/// let cups = shop::cups_total();
/// cups.inc();
/// cups.inc_by(2);
/// assert_eq!(value_of(cups), 3);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Counter {
    slot: Slot,
}

impl Counter {
    pub(crate) const WORDS: usize = 1;

    pub(crate) fn at(slot: Slot) -> Self {
        Counter { slot }
    }

    /// Adds one.
    #[inline]
    pub fn inc(self) {
        self.inc_by(1);
    }

    /// Adds `n`.
    #[inline]
    pub fn inc_by(self, n: u64) {
        local::add(self.slot, [(0, Amount::Whole(n))]);
    }

    /// Adds one. `exemplar` is an [`Exemplar`], or an `Option` of one.
    pub fn inc_with_exemplar(self, exemplar: impl Into<Option<Exemplar>>) {
        self.inc_by_with_exemplar(1, exemplar);
    }

    /// Adds `n`. `exemplar` is an [`Exemplar`], or an `Option` of one.
    pub fn inc_by_with_exemplar(self, n: u64, exemplar: impl Into<Option<Exemplar>>) {
        self.inc_by(n);
        if let Some(exemplar) = exemplar.into() {
            self.mark(n, exemplar);
        }
    }

    /// Keeps the exemplar of an addition.
    pub(crate) fn mark(self, n: u64, exemplar: Exemplar) {
        store::keep(self.slot, exemplar, n as f64);
    }

    /// The count now, all threads together. It adds up the tables of all threads, so it costs more than recording.
    pub fn get(self) -> u64 {
        self.read(&local::ARENA.reader())
    }

    pub(crate) fn read(self, reader: &Reader<'_>) -> u64 {
        let mut sum = [0; Self::WORDS];
        reader.add_up(self.slot, &mut sum);
        sum[0]
    }
}
