//! The end of a server: calls may finish for a while, then they are answered with an error, then sessions end.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::mcp::origin::Stopping;

/// How long the errors of calls that are cut may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Ends a server, or part of an application that serves one.
#[derive(Debug, Clone)]
pub(super) struct Stop {
    calls: TaskTracker,
    stopping: Stopping,
    /// Ends sessions and streams.
    sessions: CancellationToken,
    drain: Duration,
}

impl Stop {
    /// Calls may go on for this long.
    pub(super) fn new(drain: Duration) -> Self {
        Stop { calls: TaskTracker::new(), stopping: Stopping::default(), sessions: CancellationToken::new(), drain }
    }

    /// A request, which is there until this is dropped.
    pub(super) fn call(&self) -> TaskTrackerToken {
        self.calls.token()
    }

    /// What calls wait for besides their result.
    pub(super) fn stopping(&self) -> &Stopping {
        &self.stopping
    }

    /// What the SDK ends sessions by.
    pub(super) fn sessions(&self) -> &CancellationToken {
        &self.sessions
    }

    /// The longest time that [`run`](Self::run) takes.
    pub(super) fn patience(&self) -> Duration {
        self.drain + LAST_WORDS
    }

    /// Waits for calls, cuts those that take too long, and ends the sessions.
    pub(super) async fn run(self) {
        self.calls.close();
        self.stopping.begin();
        if timeout(self.drain, self.calls.wait()).await.is_err() {
            tracing::warn!(calls = self.calls.len(), "calls are cut: they did not end within {:?}", self.drain);
            self.stopping.cut();
            let _ = timeout(LAST_WORDS, self.calls.wait()).await;
        }
        self.sessions.cancel();
    }
}
