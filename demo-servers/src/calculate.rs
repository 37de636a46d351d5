//! Calculations that would keep other callers waiting.

use std::{num::NonZero, sync::LazyLock, thread::available_parallelism};

use tokio::{sync::Semaphore, task::spawn_blocking};

/// A calculation over so many numbers takes some microseconds, which is what handing it over would cost.
const SHORT: usize = 1_000;

/// Long calculations that run at once: they leave a processor to those who answer, where there are several.
static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1)));

/// Calculates with so many numbers: at once if they are few, else on a thread beside the workers that answer, when its turn comes.
///
/// A client that goes away does not wait for its turn. What has begun runs to its end, in its place.
pub(crate) async fn calculate<T: Send + 'static>(numbers: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if numbers <= SHORT {
        return work();
    }
    let place = PLACES.acquire().await.expect("nobody closes it");
    let done = spawn_blocking(move || {
        let _place = place;
        work()
    });
    match done.await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and with it whoever waits.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// On one worker: a long calculation that waits for what another task sends would wait for ever if it had that worker.
    #[tokio::test]
    async fn a_long_calculation_leaves_the_worker_to_others() {
        let (send, receive) = mpsc::channel();
        let long = tokio::spawn(calculate(SHORT + 1, move || receive.recv().expect("another task sends")));
        tokio::spawn(async move { send.send(7).expect("it waits") });
        assert_eq!(long.await.expect("no panic"), 7);
    }

    #[tokio::test]
    async fn a_panic_reaches_the_caller_and_frees_the_place() {
        for _ in 0..64 {
            let panics = tokio::spawn(calculate(SHORT + 1, || panic!("as intended")));
            assert!(panics.await.expect_err("it panics").is_panic());
        }
        assert_eq!(calculate(SHORT + 1, || 1).await, 1);
    }
}
