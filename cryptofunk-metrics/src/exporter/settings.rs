use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use super::presence::PresenceSettings;
use crate::error::Error;

/// Where a component listens and registers, read from the environment.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `METRICS_BIND` | the IP address of `/metrics`, `/health` and `/` | `127.0.0.1` |
/// | `METRICS_PORT` | their port; `0` takes a free one; `off`, for [MCP over stdio](crate::McpServer::serve), serves no metrics | the component's |
/// | `METRICS_LABELS` | labels that every sample carries, `region=eu,zone=a`; see [`constant_labels`](crate::constant_labels()) | none |
/// | `METRICS_TOKEN_FILE` | a file with a bearer token that `/metrics` and `/` ask for | none |
/// | `METRICS_DISCOVERY_DIR` | a folder in which the process registers while it lives, see below | none |
/// | `METRICS_DISCOVERY_HOST` | the name or address of this machine that is registered | the address, `127.0.0.1` for `0.0.0.0` |
/// | `METRICS_INSTANCE` | what stands before the slot in the label `instance`, such as the machine | the component |
/// | `METRICS_PUSH_URL` | a Pushgateway (feature `push`); `cryptofunk_metrics::push` has the rest | none |
///
/// # Discovery
///
/// If hosts start the same server several times, its ports are not known in advance. With `METRICS_DISCOVERY_DIR`, each process writes a
/// file into this folder, and Prometheus reads them:
///
/// ```yaml
/// scrape_configs:
///   - job_name: mcp
///     honor_labels: true # `component` and `transport` are labels of some families too, with the same values
///     file_sd_configs:
///       - files: [/run/user/1000/mcp/*.json]
/// ```
///
/// The labels of a target are `component`, `instance` and, for MCP servers, `transport` (`stdio` or `http`). An instance such as
/// `risk-analyzer-1` is a name and a *slot*: the lowest number that no living process of the component has. So the number of instances is
/// at most that of processes at one time. A new process continues the series of one that ended, as after a restart.
///
/// The file is replaced as a whole, written again every 5 s, and removed when the process ends. If a process was killed, any other process
/// of the folder removes its file. An empty lock file for each slot stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address of `/metrics` and `/health`.
    pub address: SocketAddr,
    /// The file with the bearer token.
    pub token_file: Option<PathBuf>,
    pub(crate) presence: PresenceSettings,
}

impl Settings {
    /// Reads the environment. `port` is the component's own, for when `METRICS_PORT` is not set.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    pub fn from_env(port: u16) -> Result<Self, Error> {
        let expected = "a port from 0 to 65535, or `off` for an MCP server on standard input and output";
        let port = parsed("METRICS_PORT", expected)?.unwrap_or(port);
        Self::with_port(port)
    }

    /// The same for a server on standard input and output, which may serve no metrics: `METRICS_PORT=off` gives `None` as address.
    #[cfg(feature = "mcp")]
    pub(crate) fn for_stdio(port: u16) -> Result<(Self, Option<SocketAddr>), Error> {
        if env::var("METRICS_PORT").is_ok_and(|port| port.eq_ignore_ascii_case("off")) {
            return Ok((Self::with_port(port)?, None));
        }
        let settings = Self::from_env(port)?;
        let address = settings.address;
        Ok((settings, Some(address)))
    }

    /// The address of an MCP server over HTTP. On one port, `MCP_BIND` moves `/mcp`, and the metrics with it.
    #[cfg(feature = "mcp")]
    pub(crate) fn address_of_server(port: u16) -> Result<SocketAddr, Error> {
        let mut address = Self::from_env(port)?.address;
        let has_own_port = env::var_os("MCP_PORT").is_some_and(|port| !port.is_empty());
        if let (Some(ip), false) = (parsed::<IpAddr>("MCP_BIND", IP)?, has_own_port) {
            if parsed::<IpAddr>("METRICS_BIND", IP)?.is_some_and(|metrics| metrics != ip) {
                let expected = "the address of METRICS_BIND; to give /mcp an address of its own, set MCP_PORT too";
                return Err(Error::Setting { variable: "MCP_BIND", value: ip.to_string(), expected });
            }
            address.set_ip(ip);
        }
        Ok(address)
    }

    fn with_port(port: u16) -> Result<Self, Error> {
        Ok(Settings {
            address: SocketAddr::new(parsed("METRICS_BIND", IP)?.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), port),
            token_file: env::var_os("METRICS_TOKEN_FILE").filter(|path| !path.is_empty()).map(PathBuf::from),
            presence: PresenceSettings::from_env()?,
        })
    }
}

/// What `METRICS_BIND` and `MCP_BIND` are.
const IP: &str = "an IP address, such as 127.0.0.1 or 0.0.0.0";

fn parsed<T: std::str::FromStr>(variable: &'static str, expected: &'static str) -> Result<Option<T>, Error> {
    match env::var(variable) {
        Ok(value) if !value.is_empty() => {
            value.parse().map(Some).map_err(|_| Error::Setting { variable, value, expected })
        }
        _ => Ok(None),
    }
}
