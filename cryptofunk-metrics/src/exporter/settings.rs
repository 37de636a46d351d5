use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use crate::error::Error;

/// Where a component listens, as its environment says.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `METRICS_BIND` | the IP address | `127.0.0.1` |
/// | `METRICS_PORT` | the port; `0` takes a free one | the component's |
/// | `METRICS_LABELS` | labels that every sample carries, `region=eu,zone=a`; see [`constant_labels`](crate::constant_labels()) | none |
/// | `METRICS_TOKEN_FILE` | a file with a bearer token that `/metrics` and `/` ask for | none |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address of `/metrics` and `/health`.
    pub address: SocketAddr,
    /// The file with the bearer token.
    pub token_file: Option<PathBuf>,
}

impl Settings {
    /// Reads the environment; `port` is the component's own.
    ///
    /// # Errors
    ///
    /// If a variable has a value that cannot be meant.
    pub fn from_env(port: u16) -> Result<Self, Error> {
        let ip = parsed("METRICS_BIND", "an IP address, such as 127.0.0.1 or 0.0.0.0")?;
        let port = parsed("METRICS_PORT", "a port from 0 to 65535")?.unwrap_or(port);
        Ok(Settings {
            address: SocketAddr::new(ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), port),
            token_file: env::var_os("METRICS_TOKEN_FILE").filter(|path| !path.is_empty()).map(PathBuf::from),
        })
    }
}

fn parsed<T: std::str::FromStr>(variable: &'static str, expected: &'static str) -> Result<Option<T>, Error> {
    match env::var(variable) {
        Ok(value) if !value.is_empty() => {
            value.parse().map(Some).map_err(|_| Error::Setting { variable, value, expected })
        }
        _ => Ok(None),
    }
}
