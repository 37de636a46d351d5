//! Tasks of one kind. The compiler makes tokio's code of a task anew for each kind of future.

use std::pin::Pin;

use tokio::task::JoinHandle;

/// Runs a future as a task of the current runtime.
///
/// # Panics
///
/// Outside a runtime, as [`tokio::spawn`] does.
#[track_caller]
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(future);
    tokio::spawn(future)
}

/// Runs what may block on a thread for such work.
///
/// # Panics
///
/// Outside a runtime, as [`tokio::task::spawn_blocking`] does.
#[track_caller]
pub(crate) fn spawn_blocking(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    tokio::task::spawn_blocking(work)
}
