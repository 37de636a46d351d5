//! `cryptofunk health`: what the health checks of containers run.

use std::{net::IpAddr, time::Duration};

use anyhow::{Context, bail};
use demo_servers::{TOPOLOGY, variable};

/// How long an answer may take. Checks take two seconds at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// What `cryptofunk health` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The component
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TOPOLOGY.iter().map(|component| component.name)))]
    component: String,
}

/// Fails if the component does not run on this machine, or says that it is unhealthy.
pub(crate) async fn run(Options { component }: Options) -> anyhow::Result<()> {
    let Some(found) = TOPOLOGY.iter().find(|one| one.name == component) else {
        bail!("there is no component `{component}`");
    };
    let port = variable("METRICS_PORT", "a number from 0 to 65535")?.unwrap_or(found.port);
    let ip = variable("METRICS_BIND", "an IP address")?.filter(|ip: &IpAddr| !ip.is_unspecified());
    let address = std::net::SocketAddr::new(ip.unwrap_or(IpAddr::from([127, 0, 0, 1])), port);
    let url = format!("http://{address}/health");
    let request = reqwest::Client::new().get(&url).timeout(PATIENCE);
    let answer = request.send().await.with_context(|| format!("{component} does not answer at {url}"))?;
    match answer.status().is_success() {
        true => Ok(()),
        false => bail!("{component} is unhealthy: {}", answer.text().await.unwrap_or_default()),
    }
}
