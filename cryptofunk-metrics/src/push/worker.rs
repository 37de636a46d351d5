//! The thread that pushes.

use std::{
    future::pending,
    sync::{Arc, mpsc},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{sync::oneshot, time::sleep};

use super::settings::PushSettings;
use crate::{
    discovery::Instance,
    exposition::{self, Format},
    registry,
};

/// How long a push may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the end of the process waits for the last one.
const FAREWELL: Duration = Duration::from_secs(3);

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

/// Pushes until it ends.
#[derive(Debug)]
pub(crate) struct Worker {
    end: oneshot::Sender<End>,
    ended: mpsc::Receiver<()>,
}

impl Worker {
    /// Pushes the metrics of the process on a thread of its own, whatever other threads do.
    pub(crate) fn start(settings: PushSettings, instance: Arc<Instance>, refresh: Option<Refresh>) -> Option<Self> {
        let (end, told) = oneshot::channel();
        let (over, ended) = mpsc::channel();
        let pusher = Pusher { settings, instance, refresh, failing: false };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let spawned = runtime.and_then(|runtime| {
            let thread = std::thread::Builder::new().name("metrics-push".to_owned());
            thread.spawn(move || {
                runtime.block_on(pusher.run(told));
                // Before the runtime is dropped, which may wait for a name server.
                drop(over);
            })
        });
        match spawned {
            Ok(_) => Some(Worker { end, ended }),
            Err(error) => {
                tracing::warn!(%error, "cannot push metrics");
                None
            }
        }
    }

    /// Pushes a last time, or deletes what was pushed. Waits for it, but not for ever.
    pub(crate) fn end(self, end: End) {
        let _ = self.end.send(end);
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

struct Pusher {
    settings: PushSettings,
    instance: Arc<Instance>,
    refresh: Option<Refresh>,
    failing: bool,
}

impl Pusher {
    async fn run(mut self, mut told: oneshot::Receiver<End>) {
        let end = loop {
            let pushed = async {
                match self.settings.interval {
                    Some(interval) => {
                        self.push_fresh().await;
                        sleep(interval).await;
                    }
                    None => pending().await,
                }
            };
            tokio::select! {
                end = &mut told => break end.unwrap_or(End::Otherwise),
                () = pushed => {}
            }
        };
        let result = if end == End::Well && self.settings.deletes {
            self.delete().await
        } else {
            registry::refresh();
            self.push(FAREWELL).await
        };
        self.tell(result);
    }

    async fn push_fresh(&mut self) {
        registry::refresh();
        if let Some(refresh) = &self.refresh {
            refresh().await;
        }
        let result = self.push(PATIENCE).await;
        self.tell(result);
    }

    async fn push(&self, patience: Duration) -> Result<(), String> {
        let instance = self.instance()?;
        let mut text = String::new();
        exposition::encode_refreshed(Format::Text, &mut text);
        self.settings.gateway.put(self.instance.component(), &instance, text, patience).await
    }

    async fn delete(&self) -> Result<(), String> {
        let instance = self.instance()?;
        self.settings.gateway.delete(self.instance.component(), &instance, FAREWELL).await
    }

    fn instance(&self) -> Result<String, String> {
        self.instance.label().map_err(|error| {
            let folder = self.settings.instance.folder.display();
            format!("{error}, in the folder {folder} of the slots; METRICS_DISCOVERY_DIR names another")
        })
    }

    /// Logs a failure that is new, and its end.
    fn tell(&mut self, result: Result<(), String>) {
        let gateway = &self.settings.gateway;
        match &result {
            Err(error) if !self.failing => tracing::warn!("cannot push metrics to {gateway}: {error}"),
            Ok(()) if self.failing => tracing::info!("metrics are pushed to {gateway} again"),
            _ => {}
        }
        self.failing = result.is_err();
    }
}
