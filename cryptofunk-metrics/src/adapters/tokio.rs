//! The tokio runtime.

use std::sync::atomic::{AtomicU64, Ordering};

use cryptofunk_metrics_macros::metrics;
use tokio::runtime::Handle;

use crate::registry;

#[metrics(namespace = "tokio", lazy)]
mod declarations {
    /// Worker threads of the runtime.
    pub fn workers() -> IntGauge;

    /// Tasks that are alive.
    pub fn alive_tasks() -> IntGauge;

    /// Tasks that wait in the queue that all workers share.
    pub fn global_queue_depth() -> IntGauge;

    /// How often workers had nothing to do and slept, all of them together.
    pub fn worker_parks_total() -> Counter;
}
pub use declarations::*;

/// Exposes the tokio runtime in which it is called, as `tokio_workers`, `tokio_alive_tasks`, `tokio_global_queue_depth` and
/// `tokio_worker_parks_total`. The values are read before every scrape.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// cryptofunk_metrics::adapters::tokio::watch();
/// assert!(cryptofunk_metrics::encode_text().contains("tokio_workers 1\n"));
/// # }
/// ```
///
/// # Panics
///
/// Outside of a runtime.
pub fn watch() {
    let runtime = Handle::current().metrics();
    let parks = AtomicU64::new(0);
    declarations::register();
    registry::before_scrape(move || {
        workers().set(runtime.num_workers() as i64);
        alive_tasks().set(runtime.num_alive_tasks() as i64);
        global_queue_depth().set(runtime.global_queue_depth() as i64);
        let now: u64 = (0..runtime.num_workers()).map(|worker| runtime.worker_park_count(worker)).sum();
        worker_parks_total().inc_by(now.saturating_sub(parks.fetch_max(now, Ordering::Relaxed)));
    });
}
