//! The synchronisation that the arena uses; tests/consumers/loom compiles the same file against loom's.

pub(crate) use std::sync::{Mutex, OnceLock, atomic::AtomicU64, atomic::Ordering::Relaxed};
