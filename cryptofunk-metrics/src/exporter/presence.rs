//! How others learn of a process that serves metrics: it registers for discovery.

use std::{net::SocketAddr, sync::Arc};

use crate::{
    discovery::{DiscoverySettings, Instance, InstanceSettings, Registration, Target},
    error::Error,
};

/// What the environment says about discovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PresenceSettings {
    discovery: Option<DiscoverySettings>,
    instance: InstanceSettings,
}

impl PresenceSettings {
    pub(super) fn from_env() -> Result<Self, Error> {
        let discovery = DiscoverySettings::from_env()?;
        let instance = InstanceSettings::from_env(discovery.as_ref().map(|discovery| discovery.folder.clone()))?;
        Ok(PresenceSettings { discovery, instance })
    }
}

/// A process that others may learn of.
#[derive(Debug)]
pub(crate) struct Presence {
    pub(super) component: &'static str,
    pub(super) transport: Option<&'static str>,
    pub(super) settings: Option<PresenceSettings>,
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
        Present { registration }
    }
}

/// A process that others know of.
#[derive(Debug, Default)]
pub(crate) struct Present {
    registration: Option<Registration>,
}

impl Present {
    /// Tells others that the process ends.
    pub(crate) async fn end(self) {
        if let Some(registration) = self.registration {
            // It waits for a file system.
            let _ = tokio::task::spawn_blocking(|| registration.end()).await;
        }
    }
}
