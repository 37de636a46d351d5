//! What is pushed, and when it is deleted.

use std::{sync::Arc, time::Duration};

use super::settings::PushSettings;
use crate::{
    delivery::{Delivery, End, Failure, LAST, Refresh, Worker},
    discovery::Instance,
    exposition::{self, Format},
};

/// How long a push may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pushes the metrics of the process until it ends.
pub(crate) fn start(settings: PushSettings, instance: Arc<Instance>, refresh: Option<Refresh>) -> Option<Worker> {
    Worker::start(Pusher { settings, instance }, refresh)
}

struct Pusher {
    settings: PushSettings,
    instance: Arc<Instance>,
}

impl Pusher {
    async fn push(&self, patience: Duration) -> Result<(), Failure> {
        let instance = self.instance()?;
        let mut text = String::new();
        exposition::encode_refreshed(Format::Text, &mut text);
        self.settings.gateway.put(self.instance.component(), &instance, text, patience).await
    }

    fn instance(&self) -> Result<String, Failure> {
        self.instance.label().map_err(|error| {
            let folder = self.settings.instance.folder.display();
            Failure::new(format!("{error}, in the folder {folder} of the slots; METRICS_DISCOVERY_DIR names another"))
        })
    }
}

impl Delivery for Pusher {
    const THREAD: &'static str = "metrics-push";

    fn interval(&self) -> Option<Duration> {
        self.settings.interval
    }

    async fn send(&mut self) -> Result<(), Failure> {
        self.push(PATIENCE).await
    }

    async fn send_last(&mut self, end: End) -> Result<(), Failure> {
        if end == End::Well && self.settings.deletes {
            let instance = self.instance()?;
            return self.settings.gateway.delete(self.instance.component(), &instance, LAST).await;
        }
        self.push(LAST).await
    }

    fn tell_failure(&self, error: &str) {
        tracing::warn!("cannot push metrics to {}: {error}", self.settings.gateway);
    }

    fn tell_success(&self) {
        tracing::info!("metrics are pushed to {} again", self.settings.gateway);
    }
}
