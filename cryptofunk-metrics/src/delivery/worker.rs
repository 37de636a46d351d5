//! The thread that sends.

use std::{sync::mpsc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::server::Failure;
use crate::registry;

/// How long the end of the process waits for the last one.
const FAREWELL: Duration = Duration::from_secs(3);

/// How much of that one has which is under way, and the last one.
const UNDER_WAY: Duration = Duration::from_secs(1);
pub(crate) const LAST: Duration = Duration::from_secs(2);

/// Brings up to date what only the owner of the metrics can, such as health.
pub(crate) type Refresh = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As it should.
    Well,
    /// By a failure, or nobody knows.
    Otherwise,
}

/// What is sent, and where to.
pub(crate) trait Delivery: Send + 'static {
    /// The name of the thread.
    const THREAD: &'static str;

    /// How often; nothing for the end alone.
    fn interval(&self) -> Option<Duration>;

    /// How long to wait after so many failures in a row, of which this is the last.
    fn pause(&self, interval: Duration, failures: u32, failure: &Failure) -> Duration {
        let _ = (failures, failure);
        interval
    }

    /// Sends the metrics of this moment.
    async fn send(&mut self) -> Result<(), Failure>;

    /// Sends them for the last time, within [`LAST`].
    async fn send_last(&mut self, end: End) -> Result<(), Failure>;

    /// Says that nothing was taken.
    fn tell_failure(&self, error: &str);

    /// Says that it is taken again.
    fn tell_success(&self);
}

/// Sends until it ends.
#[derive(Debug)]
pub(crate) struct Worker {
    end: oneshot::Sender<End>,
    ended: mpsc::Receiver<()>,
}

impl Worker {
    /// Sends the metrics of the process on a thread of its own, whatever other threads do.
    pub(crate) fn start(delivery: impl Delivery, refresh: Option<Refresh>) -> Option<Self> {
        let (end, told) = oneshot::channel();
        let (over, ended) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let spawned =
            runtime.and_then(|runtime| thread(Sending { delivery, refresh, failures: 0 }, runtime, told, over));
        match spawned {
            Ok(()) => Some(Worker { end, ended }),
            Err(error) => {
                tracing::warn!(%error, "cannot start the thread that sends metrics");
                None
            }
        }
    }

    /// Sends a last time. Waits for it, but not for ever.
    pub(crate) fn end(self, end: End) {
        let _ = self.end.send(end);
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

fn thread<D: Delivery>(
    sending: Sending<D>,
    runtime: tokio::runtime::Runtime,
    told: oneshot::Receiver<End>,
    over: mpsc::Sender<()>,
) -> std::io::Result<()> {
    let thread = std::thread::Builder::new().name(D::THREAD.to_owned());
    let spawned = thread.spawn(move || {
        runtime.block_on(sending.run(told));
        // Before the runtime is dropped, which may wait for a name server.
        drop(over);
    });
    spawned.map(drop)
}

struct Sending<D> {
    delivery: D,
    refresh: Option<Refresh>,
    /// How many have failed in a row.
    failures: u32,
}

impl<D: Delivery> Sending<D> {
    async fn run(mut self, mut told: oneshot::Receiver<End>) {
        let end = loop {
            let Some(interval) = self.delivery.interval() else { break told.await };
            let pause;
            {
                let mut fresh = std::pin::pin!(self.send_fresh(interval));
                tokio::select! {
                    next = &mut fresh => pause = next,
                    end = &mut told => {
                        // Not dropped: the server might take it after the last one.
                        let _ = timeout(UNDER_WAY, fresh).await;
                        break end;
                    }
                }
            }
            tokio::select! {
                () = sleep(pause) => {}
                end = &mut told => break end,
            }
        };
        registry::refresh();
        let result = self.delivery.send_last(end.unwrap_or(End::Otherwise)).await;
        self.tell(&result);
    }

    /// Sends, and returns how long to wait.
    async fn send_fresh(&mut self, interval: Duration) -> Duration {
        registry::refresh();
        if let Some(refresh) = &self.refresh {
            refresh().await;
        }
        let result = self.delivery.send().await;
        self.tell(&result);
        match &result {
            Ok(()) => interval,
            Err(failure) => self.delivery.pause(interval, self.failures, failure),
        }
    }

    /// Logs a failure that is new, and its end.
    fn tell(&mut self, result: &Result<(), Failure>) {
        match result {
            Err(failure) if self.failures == 0 => self.delivery.tell_failure(&failure.text),
            Ok(()) if self.failures > 0 => self.delivery.tell_success(),
            _ => {}
        }
        self.failures = if result.is_ok() { 0 } else { self.failures.saturating_add(1) };
    }
}
