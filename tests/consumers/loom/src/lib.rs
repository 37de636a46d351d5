//! The library's arena, compiled against loom's atomics and locks, so that loom can try every interleaving.

#![cfg(test)]

mod sync {
    pub(crate) use std::sync::OnceLock;

    pub(crate) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{
            AtomicU64,
            Ordering::{Relaxed, Release},
        },
    };

    /// Loom follows every word, used or not.
    pub(crate) const FIRST: usize = 1;
}

#[allow(dead_code, unreachable_pub, reason = "the library uses all of it")]
#[path = "../../../../cryptofunk-metrics/src/cell/arena.rs"]
mod arena;

use arena::{Amount, Arena, Slot};
use loom::sync::{Arc, atomic::Ordering};

fn count(arena: &Arena, slot: Slot) -> u64 {
    let mut sum = [0];
    arena.reader().add_up(slot, &mut sum);
    sum[0]
}

/// Tries every interleaving with at most three switches that a thread did not ask for, which by experience finds most
/// mistakes (loom documentation); without a bound it takes hours.
fn model(scenario: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(scenario);
}

/// What a thread does to a counter in its life: lends a table, adds, and gives the table back.
fn live(arena: &Arena, slot: Slot, times: usize) {
    let table = arena.lend();
    for _ in 0..times {
        table.add(slot, [(0, Amount::Whole(1))]);
    }
    arena.give_back(table);
}

#[test]
fn two_writers_and_a_scrape() {
    writers(2, 0);
}

#[test]
fn two_writers_that_share_a_table_and_a_scrape() {
    writers(0, 1);
}

#[test]
fn a_writer_with_a_table_of_its_own_and_one_that_shares() {
    writers(1, 1);
}

fn writers(owners: usize, shared: usize) {
    model(move || {
        let arena = Arc::new(Arena::new(owners, shared));
        let slot = arena.reserve(1);
        let writers: Vec<_> = (0..2)
            .map(|_| {
                let arena = Arc::clone(&arena);
                loom::thread::spawn(move || live(&arena, slot, 2))
            })
            .collect();
        let first = count(&arena, slot);
        let second = count(&arena, slot);
        assert!(first <= second && second <= 4, "a counter never goes back: {first} {second}");
        for writer in writers {
            writer.join().expect("the writer ends");
        }
        assert_eq!(count(&arena, slot), 4);
    });
}

#[test]
fn a_table_that_a_dead_thread_left_keeps_its_counts() {
    model(|| {
        let arena = Arc::new(Arena::new(1, 1));
        let slot = arena.reserve(1);
        let first = {
            let arena = Arc::clone(&arena);
            loom::thread::spawn(move || live(&arena, slot, 1))
        };
        // Takes the table of the first thread if that one has ended, and one of its own otherwise.
        let second = {
            let arena = Arc::clone(&arena);
            loom::thread::spawn(move || live(&arena, slot, 1))
        };
        assert!(count(&arena, slot) <= 2);
        first.join().expect("the first thread ends");
        second.join().expect("the second thread ends");
        assert_eq!(count(&arena, slot), 2);
    });
}

/// A counter of fractions holds the bits of a sum in each table.
#[test]
fn two_writers_of_fractions_and_a_scrape() {
    writers_of_fractions(2, 0);
}

#[test]
fn two_writers_of_fractions_that_share_a_table_and_a_scrape() {
    writers_of_fractions(0, 1);
}

fn writers_of_fractions(owners: usize, shared: usize) {
    model(move || {
        let arena = Arc::new(Arena::new(owners, shared));
        let slot = arena.reserve(1);
        let writers: Vec<_> = (0..2)
            .map(|_| {
                let arena = Arc::clone(&arena);
                loom::thread::spawn(move || {
                    let table = arena.lend();
                    table.add(slot, [(0, Amount::Real(0.5))]);
                    arena.give_back(table);
                })
            })
            .collect();
        let sum = || {
            let mut sum = 0.0;
            arena.reader().for_each(slot, 1, |words| sum += f64::from_bits(words[0].load(sync::Relaxed)));
            sum
        };
        let (first, second) = (sum(), sum());
        assert!(first <= second && second <= 1.0, "a counter never goes back: {first} {second}");
        for writer in writers {
            writer.join().expect("no panic");
        }
        assert_eq!(sum(), 1.0);
    });
}

/// A guard that begins on one thread and ends on another, which has heard of the beginning: no scrape sees the end alone.
#[test]
fn a_count_that_goes_up_and_down_is_never_below_zero() {
    model(|| {
        let arena = Arc::new(Arena::new(2, 1));
        let slot = arena.reserve(2);
        let (added, subtracted) = (slot, slot.offset_by(1));
        // Loom switches threads at words: they exist before.
        let tables = [arena.lend(), arena.lend()];
        tables.iter().for_each(|table| table.add(slot, [(0, Amount::Whole(0)), (1, Amount::Last(0))]));
        let reader = {
            let arena = Arc::clone(&arena);
            loom::thread::spawn(move || {
                let sum = |slot, order| {
                    let words = arena.tables().filter_map(|table| table.words(slot, 1));
                    words.map(|words| words[0].load(order)).sum::<u64>()
                };
                let down = sum(subtracted, Ordering::Acquire);
                assert!(sum(added, Ordering::Relaxed) >= down, "an end without its beginning");
            })
        };
        tables[0].add(added, [(0, Amount::Whole(1))]);
        let end = loom::thread::spawn(move || tables[1].add(subtracted, [(0, Amount::Last(1))]));
        reader.join().expect("no panic");
        end.join().expect("no panic");
    });
}
