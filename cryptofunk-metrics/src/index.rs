//! Finds what lives as long as the process by a hash, without a lock and without writing anything: readers do not slow each other.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

/// A hash table with open addressing, to which entries are only added. It grows by another table of twice the size, without the entries that
/// nobody wants any more, and keeps the old ones, which readers may be in.
#[derive(Debug)]
pub(crate) struct Index<T: 'static> {
    tables: [OnceLock<Places<T>>; GROWTHS],
    /// The table that readers look into.
    current: AtomicUsize,
    /// How many places of it are taken.
    taken: AtomicUsize,
}

type Places<T> = Box<[OnceLock<(u64, &'static T)>]>;

/// The first table has so many places.
const FIRST: usize = 8;
/// The last table has more places than a process has memory for.
const GROWTHS: usize = 32;

impl<T> Index<T> {
    pub(crate) fn new() -> Self {
        Index { tables: [const { OnceLock::new() }; GROWTHS], current: AtomicUsize::new(0), taken: AtomicUsize::new(0) }
    }

    /// The entry with this hash that `is_it` accepts.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<&'static T> {
        let places = self.tables[self.current.load(Ordering::Acquire)].get()?;
        let mut entries = probe(places, hash).map_while(OnceLock::get);
        entries.find(|(other, entry)| *other == hash && is_it(entry)).map(|(_, entry)| *entry)
    }

    /// Adds an entry that is not there; `is_wanted` says which of the others are kept if the table grows. No two threads may do so at once.
    pub(crate) fn add(&self, hash: u64, entry: &'static T, is_wanted: impl Fn(&T) -> bool) {
        let current = self.current.load(Ordering::Relaxed);
        let taken = self.taken.load(Ordering::Relaxed);
        let places = self.tables[current].get_or_init(|| empty(current));
        if 2 * taken < places.len() {
            put(places, hash, entry);
            self.taken.store(taken + 1, Ordering::Relaxed);
            return;
        }
        let larger = self.tables[current + 1].get_or_init(|| empty(current + 1));
        let kept = places.iter().filter_map(OnceLock::get).filter(|(_, entry)| is_wanted(entry));
        let taken = kept.chain([&(hash, entry)]).map(|(hash, entry)| put(larger, *hash, entry)).count();
        self.taken.store(taken, Ordering::Relaxed);
        self.current.store(current + 1, Ordering::Release);
    }
}

fn empty<T>(growth: usize) -> Places<T> {
    (0..FIRST << growth).map(|_| OnceLock::new()).collect()
}

/// The places that an entry of this hash may have, the first one first. A table is never full.
#[inline]
fn probe<T>(places: &Places<T>, hash: u64) -> impl Iterator<Item = &OnceLock<(u64, &'static T)>> {
    let mask = places.len() - 1;
    (0..places.len()).map(move |step| &places[(hash as usize).wrapping_add(step) & mask])
}

fn put<T>(places: &Places<T>, hash: u64, entry: &'static T) {
    if let Some(place) = probe(places, hash).find(|place| place.get().is_none()) {
        place.get_or_init(|| (hash, entry));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        ptr,
        sync::atomic::{AtomicBool, Ordering::Relaxed},
        thread,
    };

    use super::*;

    struct Entry {
        number: usize,
        is_wanted: AtomicBool,
    }

    fn entry(number: usize) -> &'static Entry {
        Box::leak(Box::new(Entry { number, is_wanted: AtomicBool::new(true) }))
    }

    /// A few hashes for many entries, so that they meet.
    fn hash(number: usize) -> u64 {
        (number % 37) as u64
    }

    fn find(index: &Index<Entry>, number: usize) -> Option<&'static Entry> {
        index.find(hash(number), |entry| entry.number == number && entry.is_wanted.load(Relaxed))
    }

    #[test]
    fn entries_are_found_while_the_table_grows_and_not_when_nobody_wants_them() {
        let index = Index::new();
        let add = |entry: &'static Entry| index.add(hash(entry.number), entry, |entry| entry.is_wanted.load(Relaxed));
        let entries: Vec<_> = (0..1000).map(entry).collect();
        for (number, entry) in entries.iter().enumerate() {
            assert!(find(&index, number).is_none());
            add(entry);
            assert!((0..=number).step_by(13).all(|number| find(&index, number).is_some()));
        }
        entries.iter().step_by(2).for_each(|entry| entry.is_wanted.store(false, Relaxed));
        let again = entry(0);
        add(again);
        assert!((1..1000).all(|number| find(&index, number).is_some() == (number % 2 == 1)));
        assert!(find(&index, 0).is_some_and(|found| ptr::eq(found, again)));
    }

    #[test]
    fn readers_find_what_was_added_before_they_looked() {
        let index = Index::new();
        let added = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while added.load(Ordering::Acquire) < 2000 {
                        let known = added.load(Ordering::Acquire);
                        assert!((known.saturating_sub(50)..known).all(|number| find(&index, number).is_some()));
                    }
                });
            }
            for number in 0..2000 {
                index.add(hash(number), entry(number), |_| true);
                added.store(number + 1, Ordering::Release);
            }
        });
    }
}
