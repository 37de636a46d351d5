//! What the arena is built from; tests/consumers/loom compiles the same file with loom's types, and smaller.

pub(crate) use std::sync::{
    Mutex, MutexGuard, OnceLock,
    atomic::{
        AtomicU64,
        Ordering::{Relaxed, Release},
    },
};

/// The words of a table's first chunk.
pub(crate) const FIRST: usize = 1 << 10;
