//! Registration for Prometheus' `file_sd_configs`.
//!
//! With `METRICS_DISCOVERY_DIR`, each process that serves metrics writes a file into this folder while it lives. Processes that are gone
//! leave none: each removes its own at its end, and those of processes that could not when it starts.

mod instance;
mod slot;
#[cfg(test)]
mod tests;

use std::{
    env, fs, io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::{Arc, mpsc},
    time::Duration,
};

pub(crate) use instance::{Instance, InstanceSettings};

use crate::error::Error;

/// How often the file is written again.
const INTERVAL: Duration = Duration::from_secs(5);
/// How long the end of the process waits for the file to be removed: the folder may be on a file system that hangs.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where processes register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiscoverySettings {
    pub(crate) folder: PathBuf,
    /// The name under which Prometheus reaches this machine.
    host: Option<String>,
}

impl DiscoverySettings {
    pub(crate) fn from_env() -> Result<Option<Self>, Error> {
        let Some(folder) = env::var_os("METRICS_DISCOVERY_DIR").filter(|folder| !folder.is_empty()) else {
            return Ok(None);
        };
        const HOST: &str = "METRICS_DISCOVERY_HOST";
        let host = env::var(HOST).ok().filter(|host| !host.is_empty());
        if let Some(host) = &host
            && (host.contains(['/', ' ', '@']) || (host.contains(':') && !host.starts_with('[')))
        {
            let expected = "the name or the address of this machine without a port, such as build-7 or [fd00::7]";
            return Err(Error::Setting { variable: HOST, value: host.clone(), expected });
        }
        Ok(Some(DiscoverySettings { folder: folder.into(), host }))
    }

    /// What Prometheus scrapes.
    fn target(&self, address: SocketAddr) -> String {
        match &self.host {
            Some(host) => format!("{host}:{}", address.port()),
            // A process on all addresses is reached on one of them.
            None if address.ip().is_unspecified() => {
                let loopback: IpAddr = match address {
                    SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                    SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
                };
                SocketAddr::new(loopback, address.port()).to_string()
            }
            None => address.to_string(),
        }
    }
}

/// What a process says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) component: &'static str,
    /// How clients reach an MCP server.
    pub(crate) transport: Option<&'static str>,
    pub(crate) address: SocketAddr,
}

/// The registration of this process, until it ends.
#[derive(Debug)]
pub(crate) struct Registration {
    /// Dropped to end it.
    stop: mpsc::Sender<()>,
    ended: mpsc::Receiver<()>,
}

impl Registration {
    /// Registers on a thread of its own: no call waits for a file system.
    pub(crate) fn start(settings: DiscoverySettings, target: Target, instance: Arc<Instance>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let file = File { target: settings.target(target.address), of: target, instance };
        let thread = std::thread::Builder::new().name("metrics-discovery".to_owned());
        let spawned = thread.spawn(move || {
            file.keep(&stopped);
            drop(end);
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "cannot register for discovery");
        }
        Registration { stop, ended }
    }

    /// Removes the file. Waits for that, but not for ever.
    pub(crate) fn end(self) {
        drop(self.stop);
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

struct File {
    target: String,
    of: Target,
    instance: Arc<Instance>,
}

impl File {
    /// Writes the file until told to stop, then removes it.
    fn keep(&self, stopped: &mpsc::Receiver<()>) {
        let folder = self.instance.folder().display();
        let mut failing = false;
        loop {
            let written = self.write();
            match &written {
                Err(error) if !failing => {
                    tracing::warn!(%error, "cannot register in {folder}, which METRICS_DISCOVERY_DIR names");
                }
                Ok(()) if failing => tracing::info!("registered in {folder}"),
                _ => {}
            }
            failing = written.is_err();
            if stopped.recv_timeout(INTERVAL) != Err(mpsc::RecvTimeoutError::Timeout) {
                break;
            }
        }
        if let Some(path) = self.instance.target_file()
            && let Err(error) = slot::remove(&path)
        {
            tracing::warn!(%error, "cannot remove the registration from {folder}");
        }
    }

    /// Replaces the file as a whole, so that Prometheus never reads a part of it.
    fn write(&self) -> io::Result<()> {
        slot::sweep(self.instance.folder());
        self.instance.with_slot(|path, instance| {
            let mut labels = serde_json::json!({ "component": self.of.component, "instance": instance });
            if let Some(transport) = self.of.transport {
                labels["transport"] = transport.into();
            }
            let groups = serde_json::json!([{ "targets": [self.target], "labels": labels }]);
            let part = path.with_extension("part");
            fs::write(&part, format!("{groups}\n"))?;
            fs::rename(&part, path)
        })
    }
}
