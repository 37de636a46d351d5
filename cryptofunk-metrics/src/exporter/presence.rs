//! How others learn of a process and its metrics: it registers for discovery, pushes to a Pushgateway, and exports by OTLP.

use std::{net::SocketAddr, sync::Arc};

#[cfg(any(feature = "otlp", feature = "push"))]
use super::health::Health;
#[cfg(any(feature = "otlp", feature = "push"))]
use crate::delivery::{End, Refresh, Worker};
#[cfg(feature = "otlp")]
use crate::otlp::{self, OtlpSettings};
#[cfg(feature = "push")]
use crate::push::{self, PushSettings};
use crate::{
    discovery::{DiscoverySettings, Instance, InstanceSettings, Registration, Target},
    error::Error,
    task,
};

/// What the environment says about discovery and pushing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PresenceSettings {
    discovery: Option<DiscoverySettings>,
    instance: InstanceSettings,
    #[cfg(feature = "push")]
    push: Option<PushSettings>,
    #[cfg(feature = "otlp")]
    otlp: Option<OtlpSettings>,
}

impl PresenceSettings {
    pub(super) fn from_env() -> Result<Self, Error> {
        let discovery = DiscoverySettings::from_env()?;
        let instance = InstanceSettings::from_env(discovery.as_ref().map(|discovery| discovery.folder.clone()))?;
        #[cfg(not(feature = "push"))]
        if std::env::var_os("METRICS_PUSH_URL").is_some_and(|url| !url.is_empty()) {
            tracing::warn!(
                "METRICS_PUSH_URL is set, but this program is built without the feature `push` of cryptofunk-metrics"
            );
        }
        Ok(PresenceSettings {
            discovery,
            instance,
            #[cfg(feature = "push")]
            push: PushSettings::from_env()?,
            #[cfg(feature = "otlp")]
            otlp: OtlpSettings::from_env()?,
        })
    }
}

/// A process that others may learn of.
#[derive(Debug)]
pub(crate) struct Presence {
    pub(super) component: &'static str,
    pub(super) transport: Option<&'static str>,
    pub(super) settings: Option<PresenceSettings>,
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(super) health: Option<Arc<Health>>,
}

impl Presence {
    /// Tells others of the process, which serves metrics at `address` if it does.
    pub(crate) fn start(self, address: Option<SocketAddr>) -> Present {
        let Some(settings) = self.settings else { return Present::default() };
        let instance = Arc::new(Instance::new(settings.instance, self.component));
        let target = address.map(|address| Target { component: self.component, transport: self.transport, address });
        let registration = settings.discovery.zip(target);
        let registration =
            registration.map(|(settings, target)| Registration::start(settings, target, Arc::clone(&instance)));
        #[cfg(any(feature = "otlp", feature = "push"))]
        let workers = {
            let refresh = || self.health.clone().map(refresh);
            let mut workers: Vec<Worker> = Vec::new();
            #[cfg(feature = "push")]
            workers.extend(settings.push.and_then(|push| push::start(push, Arc::clone(&instance), refresh())));
            #[cfg(feature = "otlp")]
            workers.extend(settings.otlp.and_then(|otlp| otlp::start(otlp, instance, refresh())));
            workers
        };
        Present {
            registration,
            #[cfg(any(feature = "otlp", feature = "push"))]
            workers,
        }
    }
}

/// Runs the health checks where the component lives: they may need its runtime.
#[cfg(any(feature = "otlp", feature = "push"))]
fn refresh(health: Arc<Health>) -> Refresh {
    let runtime = tokio::runtime::Handle::current();
    Box::new(move || {
        let health = Arc::clone(&health);
        let update = runtime.spawn(async move { health.update().await });
        Box::pin(async move {
            // A runtime that is busy must not hold up what is sent.
            let _ = tokio::time::timeout(std::time::Duration::from_secs(3), update).await;
        })
    })
}

/// A process that others know of.
#[derive(Debug, Default)]
pub(crate) struct Present {
    registration: Option<Registration>,
    #[cfg(any(feature = "otlp", feature = "push"))]
    workers: Vec<Worker>,
}

impl Present {
    /// Tells others that the metrics are no longer served.
    pub(crate) async fn leave(&mut self) {
        if let Some(registration) = self.registration.take() {
            // It waits for a file system, for as long as it says.
            let _ = task::spawn_blocking(|| registration.end()).await;
        }
    }

    /// Tells others that the process has ended, well or not.
    #[cfg_attr(
        not(any(feature = "otlp", feature = "push")),
        allow(unused_variables, reason = "all that is told is sent")
    )]
    pub(crate) async fn end(mut self, well: bool) {
        self.leave().await;
        #[cfg(any(feature = "otlp", feature = "push"))]
        {
            let end = if well { End::Well } else { End::Otherwise };
            // All at once: each waits for its server, for as long as it says.
            let ends: Vec<_> =
                self.workers.into_iter().map(|worker| task::spawn_blocking(move || worker.end(end))).collect();
            for end in ends {
                let _ = end.await;
            }
        }
    }
}
