//! Words by thread: [`Arena`] gives slots to series and tables to threads.

use std::{iter, ops::Range};

use super::sync::{AtomicU64, FIRST, Mutex, MutexGuard, OnceLock, Relaxed, Release};

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
    /// A place that no table has: what is added there is added elsewhere.
    pub(crate) const NOWHERE: Slot = Slot { chunk: 0, offset: i32::MAX as u32 };

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

    /// How many words its chunk has.
    pub(crate) fn chunk_words(self) -> usize {
        FIRST << self.chunk()
    }

    fn range(self, words: usize) -> Range<usize> {
        self.offset()..self.offset() + words
    }
}

/// The words of one thread, or of several that share them.
#[derive(Debug)]
pub(crate) struct Table {
    chunks: [OnceLock<Box<[AtomicU64]>>; CHUNKS],
    is_shared: bool,
    /// Whose thread has it, or had it last.
    owner: AtomicU64,
    /// The table that was made after it.
    next: OnceLock<&'static Table>,
}

impl Table {
    fn new(is_shared: bool) -> Self {
        Table {
            chunks: [const { OnceLock::new() }; CHUNKS],
            is_shared,
            owner: AtomicU64::new(0),
            next: OnceLock::new(),
        }
    }

    /// Whether several threads write it.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
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
        self.chunks[slot.chunk()].get_or_init(|| (0..slot.chunk_words()).map(|_| AtomicU64::new(0)).collect())
    }

    /// Adds to words of a series, by their places in it.
    pub(crate) fn add<const N: usize>(&self, slot: Slot, amounts: [(usize, Amount); N]) {
        let chunk = self.make(slot);
        for (place, amount) in amounts {
            let word = &chunk[slot.offset() + place];
            if self.is_shared { amount.add_shared(word) } else { amount.add_owned(word) }
        }
    }

    /// The same words, that nobody writes any more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Table::new(self.is_shared);
        for (to, from) in copy.chunks.iter().zip(&self.chunks) {
            if let Some(words) = from.get() {
                to.get_or_init(|| words.iter().map(|word| AtomicU64::new(word.load(Relaxed))).collect());
            }
        }
        copy
    }
}

/// What is added to a word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    Whole(u64),
    /// Whoever sees it added sees what the thread knew when it did.
    Last(u64),
    /// For a word that holds the bits of an `f64`.
    Real(f64),
}

impl Amount {
    /// Adds to a word that only the calling thread writes.
    #[inline(always)]
    pub(crate) fn add_owned(self, word: &AtomicU64) {
        let old = word.load(Relaxed);
        match self {
            Amount::Whole(n) => word.store(old.wrapping_add(n), Relaxed),
            Amount::Last(n) => word.store(old.wrapping_add(n), Release),
            Amount::Real(x) => word.store((f64::from_bits(old) + x).to_bits(), Relaxed),
        }
    }

    /// Adds to a word that others write too.
    fn add_shared(self, word: &AtomicU64) {
        match self {
            Amount::Whole(n) => word.fetch_add(n, Relaxed),
            Amount::Last(n) => word.fetch_add(n, Release),
            Amount::Real(x) => {
                let add = |bits| Some((f64::from_bits(bits) + x).to_bits());
                // Never fails: `add` always returns a value.
                word.fetch_update(Relaxed, Relaxed, add).unwrap_or_default()
            }
        };
    }
}

/// All tables. Some threads have one of their own, and write it with plain stores; the others share a few. So what reading costs is bounded
/// by those numbers, however many threads there are.
pub(crate) struct Arena {
    /// How many threads have a table of their own, unless a recording holds the tables.
    owners: usize,
    /// How many tables the others share.
    shared: usize,
    tables: Mutex<Tables>,
    first: OnceLock<&'static Table>,
    /// How many want every thread to have a table of its own, for good.
    held: AtomicU64,
    /// The chunk and the offset at which the next run of words begins.
    next: Mutex<(usize, usize)>,
}

#[derive(Default)]
struct Tables {
    last: Option<&'static Table>,
    /// How many tables have or had one thread.
    owned: usize,
    /// Those whose thread has ended.
    free: Vec<&'static Table>,
    shared: Vec<&'static Table>,
    /// How many threads were given a shared one.
    sharers: usize,
}

impl Arena {
    /// An arena in which so many threads have tables of their own, and the others share so many.
    pub(crate) fn new(owners: usize, shared: usize) -> Self {
        Arena {
            owners,
            shared,
            tables: Mutex::new(Tables::default()),
            first: OnceLock::new(),
            held: AtomicU64::new(0),
            next: Mutex::new((0, 0)),
        }
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

    /// Lends a table to a thread: one that a dead thread left, with its counts, a new one, or one that it shares.
    pub(crate) fn lend(&self) -> &'static Table {
        let mut tables = self.lock();
        let is_held = self.is_held();
        if let Some(table) = tables.free.pop_if(|_| !is_held) {
            return table;
        }
        if is_held || tables.owned < self.owners {
            tables.owned += 1;
            return self.add(&mut tables, false);
        }
        if tables.shared.len() < self.shared {
            let table = self.add(&mut tables, true);
            tables.shared.push(table);
        }
        tables.sharers += 1;
        tables.shared[tables.sharers % tables.shared.len()]
    }

    fn add(&self, tables: &mut Tables, is_shared: bool) -> &'static Table {
        let table: &'static Table = Box::leak(Box::new(Table::new(is_shared)));
        let place = tables.last.map_or(&self.first, |last| &last.next);
        place.get_or_init(|| table);
        tables.last = Some(table);
        table
    }

    /// Takes a table back; its counts stay, and so they stay in every sum.
    pub(crate) fn give_back(&self, table: &'static Table) {
        if !table.is_shared {
            self.lock().free.push(table);
        }
    }

    /// From here on, every thread has a table of its own, and none passes from a thread to another; all tables of this moment.
    pub(crate) fn hold(&self) -> Vec<&'static Table> {
        let _tables = self.lock();
        self.held.fetch_add(1, Relaxed);
        self.tables().collect()
    }

    /// Ends a [`hold`](Self::hold); says whether it was the last one.
    pub(crate) fn release(&self) -> bool {
        let _tables = self.lock();
        self.held.fetch_sub(1, Relaxed) == 1
    }

    /// Whether a [`hold`](Self::hold) lasts.
    pub(crate) fn is_held(&self) -> bool {
        self.held.load(Relaxed) > 0
    }

    /// All tables of this moment.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &'static Table> + Clone + use<> {
        iter::successors(self.first.get().copied(), |table| table.next.get().copied())
    }

    /// Reads all tables of this moment.
    pub(crate) fn reader(&self) -> Reader<'static> {
        Reader(self.tables().collect())
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
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

    /// The tables that it reads.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &'a Table> + Clone {
        self.0.iter().copied()
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
