use std::{env, time::Duration};

use super::gateway::Gateway;
use crate::{
    discovery::{DiscoverySettings, InstanceSettings},
    error::Error,
};

/// Where metrics are pushed to, how often, and what happens at the end.
///
/// ```
/// use std::time::Duration;
///
/// use cryptofunk_metrics::push::PushSettings;
///
/// # fn main() -> Result<(), cryptofunk_metrics::Error> {
/// let settings = PushSettings::new("http://127.0.0.1:9091")?.every(Duration::from_secs(60)).delete_at_end();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSettings {
    pub(super) gateway: Gateway,
    /// Nothing pushes at the end alone.
    pub(super) interval: Option<Duration>,
    pub(super) deletes: bool,
    pub(super) instance: InstanceSettings,
}

impl PushSettings {
    /// Pushes to the Pushgateway at this URL, every 15 s, and keeps there what was pushed last.
    ///
    /// # Errors
    ///
    /// If it is no URL with `http://` (or `https://`, with the feature `tls`), or a variable that the instance is read from is wrong.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::at(url, "the URL of the Pushgateway")
    }

    /// The settings in the [environment](super#settings); nothing without `METRICS_PUSH_URL`.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    pub fn from_env() -> Result<Option<Self>, Error> {
        const URL: &str = "METRICS_PUSH_URL";
        let Some(url) = variable(URL) else { return Ok(None) };
        let mut settings = Self::at(&url, URL)?;
        const INTERVAL: &str = "METRICS_PUSH_INTERVAL";
        if let Some(value) = variable(INTERVAL) {
            settings.interval = match humantime::parse_duration(&value) {
                Ok(interval) if !interval.is_zero() => Some(interval),
                _ if value.eq_ignore_ascii_case("off") => None,
                _ => {
                    let expected = "a duration above 0, such as 15s, or `off` to push at the end alone";
                    return Err(Error::Setting { variable: INTERVAL, value, expected });
                }
            };
        }
        const DELETE: &str = "METRICS_PUSH_DELETE";
        if let Some(value) = variable(DELETE) {
            settings.deletes =
                value.parse().map_err(|_| Error::Setting { variable: DELETE, value, expected: "`true` or `false`" })?;
        }
        Ok(Some(settings))
    }

    fn at(url: &str, variable: &'static str) -> Result<Self, Error> {
        let Some(gateway) = Gateway::parse(url, variable)? else {
            // What stands before an `@` may be a password.
            let value = url.rsplit('@').next().unwrap_or_default().to_owned();
            return Err(Error::Setting {
                variable,
                value,
                expected: "a URL with http://, such as http://127.0.0.1:9091",
            });
        };
        let folder = DiscoverySettings::from_env()?.map(|discovery| discovery.folder);
        let instance = InstanceSettings::from_env(folder)?;
        Ok(PushSettings { gateway, interval: Some(Duration::from_secs(15)), deletes: false, instance })
    }

    /// Sets the interval between pushes; 15 s by default.
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Pushes only at the end.
    #[must_use]
    pub fn only_at_end(mut self) -> Self {
        self.interval = None;
        self
    }

    /// Deletes what was pushed when the process ends successfully, so that its series end too.
    #[must_use]
    pub fn delete_at_end(mut self) -> Self {
        self.deletes = true;
        self
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
