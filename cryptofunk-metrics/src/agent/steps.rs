//! Calling an agent again and again.

use std::{fmt::Display, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use super::handle::Agent;

/// A switch that pauses the [`Steps`] of an agent. Clones are the same switch.
///
/// A paused agent stays healthy.
#[derive(Debug, Clone)]
pub struct Pause(watch::Sender<bool>);

impl Default for Pause {
    fn default() -> Self {
        Pause(watch::Sender::new(false))
    }
}

impl Pause {
    /// Pauses: the step that runs ends, and no other begins.
    pub fn pause(&self) {
        self.0.send_replace(true);
    }

    /// Ends the pause.
    pub fn resume(&self) {
        self.0.send_replace(false);
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        *self.0.borrow()
    }
}

/// A loop that calls an agent's step at an interval. It goes on after errors and panics, and can be paused.
///
/// ```
/// use std::time::Duration;
///
/// use cryptofunk_metrics::{agent, agent::{AgentSignal, Pause, Steps}};
/// # #[derive(cryptofunk_metrics::Label)]
/// # enum Kind { Hold }
/// # struct Hold;
/// # impl AgentSignal for Hold {
/// #     type Kind = Kind;
/// #     fn kind(&self) -> Kind { Kind::Hold }
/// #     fn confidence(&self) -> f64 { 1.0 }
/// # }
///
/// struct Patient;
///
/// /// Waits.
/// #[agent(name = "patient", port = 9198)]
/// impl Patient {
///     #[analysis]
///     async fn analyze(&self) -> Result<Hold, String> {
///         Ok(Hold)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let pause = Pause::default();
/// let stop = tokio::time::sleep(Duration::from_millis(10));
/// Steps::every(Duration::from_millis(1)).pause(&pause).run_until(&Patient, async |agent| agent.analyze().await.map(drop), stop).await;
/// # }
/// ```
#[derive(Debug)]
pub struct Steps {
    every: Duration,
    pause: Pause,
}

impl Steps {
    /// One step for each interval. A step that takes longer delays the next.
    ///
    /// # Panics
    ///
    /// If the interval is 0.
    pub fn every(interval: Duration) -> Self {
        assert!(!interval.is_zero(), "the interval of steps is longer than 0");
        Steps { every: interval, pause: Pause::default() }
    }

    /// Pauses while this switch is paused.
    #[must_use]
    pub fn pause(mut self, pause: &Pause) -> Self {
        self.pause = pause.clone();
        self
    }

    /// Runs steps until `stop` completes; that also ends a running step. Errors and panics are logged, a repeated error once, and the next
    /// step begins at its time.
    pub async fn run_until<A: Agent, E: Display>(
        self,
        agent: &A,
        mut step: impl AsyncFnMut(&A) -> Result<(), E>,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = std::pin::pin!(stop);
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = &mut stop => return,
            }
            if self.pause.is_paused() {
                A::__metrics().succeeded();
                continue;
            }
            let error = tokio::select! {
                // What a panicking step leaves behind is the agent's.
                result = AssertUnwindSafe(step(agent)).catch_unwind() => match result {
                    Ok(Ok(())) => None,
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(_) => Some("the step panicked".to_owned()),
                },
                () = &mut stop => return,
            };
            match &error {
                Some(error) if last.as_ref() != Some(error) => tracing::warn!(agent = A::NAME, "{error}"),
                None if last.is_some() => tracing::info!(agent = A::NAME, "steps succeed again"),
                _ => {}
            }
            last = error;
        }
    }
}
