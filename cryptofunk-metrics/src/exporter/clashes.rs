//! Families that cannot stand in one exposition: an error at the start, a line in the log once it is served.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::{
    error::Error,
    registry::{self, Clash},
};

/// Logs each clash once, and returns the first as an error.
pub(super) fn check() -> Result<(), Error> {
    static LOGGED: AtomicUsize = AtomicUsize::new(0);
    let clashes = registry::clashes();
    let logged = LOGGED.fetch_max(clashes.len(), Relaxed);
    let errors: Vec<Error> = clashes.into_iter().map(error).collect();
    errors.iter().skip(logged).for_each(|error| tracing::error!("{error}"));
    errors.into_iter().next().map_or(Ok(()), Err)
}

fn error(Clash { name, first, second, reason }: Clash) -> Error {
    Error::Clash { name, first, second, reason }
}
