//! The calling thread's own table.

use std::{
    cell::Cell,
    sync::{LazyLock, Mutex, PoisonError, atomic::AtomicU64},
};

use super::arena::{Arena, Slot, Table};

/// The process's arena.
pub(crate) static ARENA: LazyLock<Arena> = LazyLock::new(Arena::new);

/// What a thread writes after its thread-locals are gone. Whoever holds the lock is the one writer.
static LATE: LazyLock<Mutex<&'static Table>> = LazyLock::new(|| Mutex::new(ARENA.lend()));

thread_local! {
    // Constant and without a destructor: reading it is one instruction, with no check for a first use.
    static TABLE: Cell<Option<&'static Table>> = const { Cell::new(None) };
    static LEASE: Lease = Lease(ARENA.lend());
}

/// Gives the table back when the thread ends.
struct Lease(&'static Table);

impl Drop for Lease {
    fn drop(&mut self) {
        TABLE.set(None);
        ARENA.give_back(self.0);
    }
}

/// Calls `write` with the calling thread's words of a series.
///
/// `write` must only load and store: it is the only writer of these words.
#[inline]
pub(crate) fn write(slot: Slot, words: usize, write: impl FnOnce(&[AtomicU64])) {
    match TABLE.get().and_then(|table| table.words(slot, words)) {
        Some(cells) => write(cells),
        None => first_write(slot, words, write),
    }
}

#[cold]
#[inline(never)]
fn first_write(slot: Slot, words: usize, write: impl FnOnce(&[AtomicU64])) {
    match LEASE.try_with(|lease| lease.0) {
        Ok(table) => {
            TABLE.set(Some(table));
            write(table.make(slot, words));
        }
        Err(_) => {
            let late = LATE.lock().unwrap_or_else(PoisonError::into_inner);
            write(late.make(slot, words));
        }
    }
}

/// The calling thread's table, if it has recorded anything.
pub(crate) fn this_thread() -> Option<&'static Table> {
    TABLE.get()
}
