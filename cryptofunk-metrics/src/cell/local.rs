//! The table that the calling thread writes.

use std::{
    cell::Cell,
    sync::{LazyLock, Mutex, PoisonError, atomic::AtomicU64},
    thread,
};

use super::{
    arena::{Amount, Arena, CHUNKS, Slot, Table},
    owner,
};

/// The process's arena. A runtime has a worker for each core, and its main thread records too; however many other threads there are, no more
/// than the cores run at once.
pub(crate) static ARENA: LazyLock<Arena> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Arena::new(cores + 1, cores.div_ceil(2))
});

/// What a thread writes after its thread-locals are gone. Whoever holds the lock is the one writer, unless the table is shared.
static LATE: LazyLock<Mutex<&'static Table>> = LazyLock::new(|| Mutex::new(ARENA.lend()));

thread_local! {
    // The chunks of this thread's own table, empty until it writes one, and for good if it shares a table. Constant and without a
    // destructor: reading it needs no check for a first use.
    static WORDS: [Cell<&'static [AtomicU64]>; CHUNKS] = const { [const { Cell::new(&[]) }; CHUNKS] };
    static LEASE: Lease = Lease(Cell::new(lend()));
}

fn lend() -> &'static Table {
    let table = ARENA.lend();
    table.set_owner(if table.is_shared() { owner::UNKNOWN } else { owner::of_this_thread() });
    table
}

/// Gives the table back when the thread ends.
struct Lease(Cell<&'static Table>);

impl Lease {
    /// The thread's table. While a recording lives it is one of its own, so that the recording knows whose counts they are.
    fn table(&self) -> &'static Table {
        if self.0.get().is_shared() && ARENA.is_held() {
            self.0.set(lend());
        }
        self.0.get()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        WORDS.with(|chunks| chunks.iter().for_each(|chunk| chunk.set(&[])));
        ARENA.give_back(self.0.get());
    }
}

/// Adds to some of a series' words, by their places in it.
#[inline(always)]
pub(crate) fn add<const N: usize>(slot: Slot, amounts: [(usize, Amount); N]) {
    if !add_own(slot, amounts) {
        add_elsewhere(slot, amounts);
    }
}

/// The same, if these words are in a chunk of the thread's own table that it has written before; says whether they are.
#[inline(always)]
pub(crate) fn add_own<const N: usize>(slot: Slot, amounts: [(usize, Amount); N]) -> bool {
    let chunk = WORDS.with(|chunks| chunks[slot.chunk()].get());
    let is_own = amounts.iter().all(|(place, _)| slot.offset() + place < chunk.len());
    if is_own {
        amounts.iter().for_each(|(place, amount)| amount.add_owned(&chunk[slot.offset() + place]));
    }
    is_own
}

/// The first time that a thread writes this chunk, and each time that it writes a table that it shares.
#[cold]
#[inline(never)]
pub(crate) fn add_elsewhere<const N: usize>(slot: Slot, amounts: [(usize, Amount); N]) {
    match LEASE.try_with(Lease::table) {
        Ok(table) => {
            if !table.is_shared() {
                WORDS.with(|chunks| chunks[slot.chunk()].set(table.make(slot)));
            }
            table.add(slot, amounts);
        }
        Err(_) => LATE.lock().unwrap_or_else(PoisonError::into_inner).add(slot, amounts),
    }
}

/// The calling thread's table, unless its thread-locals are gone. It may hold the counts of a thread that has ended.
pub(crate) fn this_thread() -> Option<&'static Table> {
    LEASE.try_with(Lease::table).ok()
}
