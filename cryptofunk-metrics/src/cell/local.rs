//! The calling thread's own table.

use std::{
    cell::Cell,
    sync::{LazyLock, Mutex, PoisonError, atomic::AtomicU64},
};

use super::{
    arena::{Arena, CHUNKS, Slot, Table},
    owner,
};

/// The process's arena.
pub(crate) static ARENA: LazyLock<Arena> = LazyLock::new(Arena::new);

/// What a thread writes after its thread-locals are gone. Whoever holds the lock is the one writer.
static LATE: LazyLock<Mutex<&'static Table>> = LazyLock::new(|| Mutex::new(ARENA.lend()));

thread_local! {
    // The chunks of this thread's table, empty until it writes one. Constant and without a destructor: reading it needs no
    // check for a first use.
    static WORDS: [Cell<&'static [AtomicU64]>; CHUNKS] = const { [const { Cell::new(&[]) }; CHUNKS] };
    static LEASE: Lease = Lease(lend());
}

fn lend() -> &'static Table {
    let table = ARENA.lend();
    table.set_owner(owner::of_this_thread());
    table
}

/// Gives the table back when the thread ends.
struct Lease(&'static Table);

impl Drop for Lease {
    fn drop(&mut self) {
        WORDS.with(|chunks| chunks.iter().for_each(|chunk| chunk.set(&[])));
        ARENA.give_back(self.0);
    }
}

/// Calls `write` with some of the calling thread's words of a series, by their places in it.
///
/// `write` must only load and store: it is the only writer of these words.
#[inline(always)]
pub(crate) fn write<const N: usize>(slot: Slot, places: [usize; N], write: impl FnOnce([&AtomicU64; N])) {
    let chunk = WORDS.with(|chunks| chunks[slot.chunk()].get());
    if places.iter().all(|place| slot.offset() + place < chunk.len()) {
        write(places.map(|place| &chunk[slot.offset() + place]));
    } else {
        first_write(slot, places, write);
    }
}

#[cold]
#[inline(never)]
fn first_write<const N: usize>(slot: Slot, places: [usize; N], write: impl FnOnce([&AtomicU64; N])) {
    match LEASE.try_with(|lease| lease.0) {
        Ok(table) => {
            let chunk = table.make(slot);
            WORDS.with(|chunks| chunks[slot.chunk()].set(chunk));
            write(places.map(|place| &chunk[slot.offset() + place]));
        }
        Err(_) => {
            let late = LATE.lock().unwrap_or_else(PoisonError::into_inner);
            write(places.map(|place| &late.make(slot)[slot.offset() + place]));
        }
    }
}

/// The calling thread's table, unless its thread-locals are gone. It may hold the counts of a thread that has ended.
pub(crate) fn this_thread() -> Option<&'static Table> {
    LEASE.try_with(|lease| lease.0).ok()
}
