//! Whose a thread is, as far as it can tell by itself. It is asked once in a thread's life, when it first records.

/// Nobody knows: a thread that was spawned without a name, or with a name that no test has.
pub(crate) const UNKNOWN: u64 = 0;
/// A test's own thread: the test harness gives it the path of the test as its name.
pub(crate) const TEST: u64 = 1;

/// The owner of the calling thread: [`TEST`], a runtime, or [`UNKNOWN`].
pub(crate) fn of_this_thread() -> u64 {
    let is_test = std::thread::current().name().is_some_and(is_path);
    if is_test { TEST } else { runtime().unwrap_or(UNKNOWN) }
}

fn is_path(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The tokio runtime that the calling thread is in.
#[cfg(any(feature = "exporter", feature = "tokio"))]
pub(crate) fn runtime() -> Option<u64> {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    let id = tokio::runtime::Handle::try_current().ok()?.id();
    Some(BuildHasherDefault::<DefaultHasher>::default().hash_one(id).max(TEST + 1))
}

#[cfg(not(any(feature = "exporter", feature = "tokio")))]
pub(crate) fn runtime() -> Option<u64> {
    None
}
