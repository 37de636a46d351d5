//! Words by thread: [`Arena`] hands out slots to series and tables to threads.

use std::ops::Range;

use super::sync::{AtomicU64, FIRST, Mutex, OnceLock, Relaxed};

/// Chunk `k` of a table holds `FIRST << k` words, so a table of few chunks has room for any number of series, and a thread
/// pays only for the chunks that it writes.
pub(crate) const CHUNKS: usize = 32;

/// The place of a series' words in every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    chunk: u32,
    offset: u32,
}

impl Slot {
    /// The slot `words` further on; within the run that was reserved.
    #[inline]
    pub(crate) fn offset_by(self, words: usize) -> Slot {
        Slot { chunk: self.chunk, offset: self.offset + words as u32 }
    }

    /// Below `CHUNKS`, as the compiler can see.
    #[inline]
    pub(crate) fn chunk(self) -> usize {
        self.chunk as usize % CHUNKS
    }

    #[inline]
    pub(crate) fn offset(self) -> usize {
        self.offset as usize
    }

    fn range(self, words: usize) -> Range<usize> {
        self.offset()..self.offset() + words
    }
}

/// The words of one thread.
#[derive(Debug)]
pub(crate) struct Table {
    chunks: [OnceLock<Box<[AtomicU64]>>; CHUNKS],
    /// Whose thread has it, or had it last.
    owner: AtomicU64,
}

impl Table {
    pub(crate) fn new() -> Self {
        Table { chunks: [const { OnceLock::new() }; CHUNKS], owner: AtomicU64::new(0) }
    }

    /// Whose thread has the table, as it said itself.
    pub(crate) fn owner(&self) -> u64 {
        self.owner.load(Relaxed)
    }

    pub(crate) fn set_owner(&self, owner: u64) {
        self.owner.store(owner, Relaxed);
    }

    /// The words of a series if this table has them already.
    pub(crate) fn words(&self, slot: Slot, words: usize) -> Option<&[AtomicU64]> {
        self.chunks[slot.chunk()].get()?.get(slot.range(words))
    }

    /// The chunk of a series, made at its first use.
    pub(crate) fn make(&self, slot: Slot) -> &[AtomicU64] {
        self.chunks[slot.chunk()].get_or_init(|| (0..FIRST << slot.chunk).map(|_| AtomicU64::new(0)).collect())
    }

    /// The same words, that nobody writes any more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Table::new();
        for (to, from) in copy.chunks.iter().zip(&self.chunks) {
            if let Some(words) = from.get() {
                to.get_or_init(|| words.iter().map(|word| AtomicU64::new(word.load(Relaxed))).collect());
            }
        }
        copy
    }
}

/// Adds to a word that only the calling thread writes.
#[inline]
pub(crate) fn add_owned(word: &AtomicU64, n: u64) {
    word.store(word.load(Relaxed).wrapping_add(n), Relaxed);
}

/// Adds to a word that holds the bits of an `f64` and that only the calling thread writes.
#[inline]
pub(crate) fn add_owned_f64(word: &AtomicU64, x: f64) {
    word.store((f64::from_bits(word.load(Relaxed)) + x).to_bits(), Relaxed);
}

/// All tables, those in use and those whose thread has ended.
pub(crate) struct Arena {
    tables: Mutex<Tables>,
    /// The chunk and the offset at which the next run of words begins.
    next: Mutex<(usize, usize)>,
}

#[derive(Default)]
struct Tables {
    all: Vec<&'static Table>,
    free: Vec<&'static Table>,
    /// How many want every table to stay with its thread.
    held: usize,
}

impl Arena {
    pub(crate) fn new() -> Self {
        Arena { tables: Mutex::new(Tables::default()), next: Mutex::new((0, 0)) }
    }

    /// Reserves a run of words, side by side in one chunk, for as long as the process lives.
    pub(crate) fn reserve(&self, words: usize) -> Slot {
        let mut next = self.next.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (mut chunk, mut offset) = *next;
        while offset + words > FIRST << chunk {
            (chunk, offset) = (chunk + 1, 0);
        }
        *next = (chunk, offset + words);
        Slot { chunk: chunk as u32, offset: offset as u32 }
    }

    /// Lends a table to a thread: one that a dead thread left, with its counts, or a new one.
    pub(crate) fn lend(&self) -> &'static Table {
        let mut tables = self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let free = if tables.held == 0 { tables.free.pop() } else { None };
        free.unwrap_or_else(|| {
            let table: &'static Table = Box::leak(Box::new(Table::new()));
            tables.all.push(table);
            table
        })
    }

    /// Takes a table back; its counts stay, and so they stay in every sum.
    pub(crate) fn give_back(&self, table: &'static Table) {
        self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).free.push(table);
    }

    /// From here on, no table passes from a thread to another; all tables of this moment.
    pub(crate) fn hold(&self) -> Vec<&'static Table> {
        let mut tables = self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        tables.held += 1;
        tables.all.clone()
    }

    /// Ends a [`hold`](Self::hold); says whether it was the last one.
    pub(crate) fn release(&self) -> bool {
        let mut tables = self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        tables.held -= 1;
        tables.held == 0
    }

    /// All tables of this moment.
    pub(crate) fn tables(&self) -> Vec<&'static Table> {
        self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).all.clone()
    }

    /// Reads all tables of this moment.
    pub(crate) fn reader(&self) -> Reader<'static> {
        Reader(self.tables())
    }
}

/// Reads what all threads have written.
#[derive(Debug)]
pub struct Reader<'a>(Vec<&'a Table>);

impl<'a> Reader<'a> {
    /// Only these tables.
    pub(crate) fn of(tables: impl IntoIterator<Item = &'a Table>) -> Self {
        Reader(tables.into_iter().collect())
    }

    /// Calls `each` with the words of a series in every table that has them.
    pub(crate) fn for_each(&self, slot: Slot, words: usize, each: impl FnMut(&[AtomicU64])) {
        self.0.iter().filter_map(|table| table.words(slot, words)).for_each(each);
    }

    /// Adds the words of a run over all tables to `sums`.
    pub(crate) fn add_up(&self, slot: Slot, sums: &mut [u64]) {
        self.for_each(slot, sums.len(), |cells| {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
        });
    }
}
