//! Whether work that waits for others gets done.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long work may take: two rounds of the market, each with the longest time that it waits for agents and a tick.
const TWO_ROUNDS: Duration = Duration::from_secs(8);

/// Work that is done again and again. Who waits for a neighbour that does not answer is unhealthy, too: within [`TWO_ROUNDS`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<Mutex<Work>>);

#[derive(Debug, Default)]
struct Work {
    /// Since when there is something to be done.
    since: Option<Instant>,
    /// Why it was not done the last time.
    failure: Option<String>,
}

impl Progress {
    /// There is something to be done, perhaps for a while already.
    pub(crate) fn begin(&self) {
        self.work().since.get_or_insert_with(Instant::now);
    }

    /// It was done, or there is nothing to be done any more.
    pub(crate) fn end(&self) {
        *self.work() = Work::default();
    }

    /// It failed, and is still to be done.
    pub(crate) fn fail(&self, why: impl Display) {
        self.work().failure = Some(why.to_string());
    }

    /// It was done or failed.
    pub(crate) fn result<T, E: Display>(&self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.end(),
            Err(error) => self.fail(error),
        }
    }

    /// Says what has not been done for too long.
    pub(crate) fn check(&self, what: &str) -> Result<(), String> {
        self.check_at(what, Instant::now())
    }

    fn check_at(&self, what: &str, now: Instant) -> Result<(), String> {
        let work = self.work();
        let age = work.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        if age <= TWO_ROUNDS {
            return Ok(());
        }
        let why = work.failure.as_deref().unwrap_or("a neighbour does not answer");
        Err(format!("{what} for {} s: {why}", age.as_secs()))
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_done_for_too_long_is_told() {
        let progress = Progress::default();
        let later = |seconds| Instant::now() + Duration::from_secs(seconds);
        assert_eq!(progress.check_at("no round", later(60)), Ok(()), "there is nothing to be done");
        progress.begin();
        assert_eq!(progress.check_at("no round", later(7)), Ok(()));
        let told = |seconds| progress.check_at("no round", later(seconds)).expect_err("it takes too long");
        assert_eq!(told(9), "no round for 9 s: a neighbour does not answer");
        progress.result::<(), _>(&Err("market-data is silent"));
        progress.begin();
        assert_eq!(told(9), "no round for 9 s: market-data is silent", "it counts from its beginning");
        progress.result::<_, String>(&Ok(()));
        assert_eq!(progress.check_at("no round", later(60)), Ok(()));
    }
}
