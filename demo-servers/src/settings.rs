//! What the environment says: where the other components are, and which market this is.

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use cryptofunk_metrics::{Component, agent::McpClient, descriptor::ComponentDescriptor};

/// Why a component cannot start.
#[derive(Debug, thiserror::Error)]
#[error("{variable} is `{value}`, but should be {expected}")]
pub struct WrongSetting {
    variable: String,
    value: String,
    expected: &'static str,
}

/// The value of a variable, or nothing if it is not set or empty.
pub fn variable<T: FromStr>(name: &str, expected: &'static str) -> Result<Option<T>, WrongSetting> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => match value.parse() {
            Ok(parsed) => Ok(Some(parsed)),
            Err(_) => Err(WrongSetting { variable: name.to_owned(), value, expected }),
        },
        _ => Ok(None),
    }
}

/// The variable that says where a component is: `MARKET_DATA_URL`.
pub(crate) fn url_variable(component: &str) -> String {
    component.to_uppercase().replace('-', "_") + "_URL"
}

/// Where a component answers: what `MARKET_DATA_URL` (its name in capitals) says, else this machine, at the component's port
/// plus `PORT_OFFSET`.
pub(crate) fn url_of<C: Component>() -> Result<String, WrongSetting> {
    url_of_component(&C::DESCRIPTOR)
}

/// Where a component answers.
pub(crate) fn url_of_component(component: &ComponentDescriptor) -> Result<String, WrongSetting> {
    if let Some(url) = variable::<String>(&url_variable(component.name), "a URL")? {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let offset: u16 = variable("PORT_OFFSET", "a number from 0 to 65535")?.unwrap_or(0);
    let ip = bind_address()?.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    Ok(format!("http://{}", SocketAddr::new(ip, component.port.saturating_add(offset))))
}

/// The address that components listen on and are called by: `METRICS_BIND`, if it is one and not all.
pub(crate) fn bind_address() -> Result<Option<IpAddr>, WrongSetting> {
    let ip = variable::<IpAddr>("METRICS_BIND", "an IP address, such as 127.0.0.1 or 0.0.0.0")?;
    Ok(ip.filter(|ip| !ip.is_unspecified()))
}

/// A client of an MCP server. It has the token that its tools ask for, that of `API_TOKEN_FILE`, or that of `MCP_TOKEN_FILE`, without which the
/// server answers nothing.
pub(crate) fn client_of<C: Component>() -> Result<McpClient, WrongSetting> {
    let client = McpClient::new(C::NAME, url_of::<C>()? + "/mcp");
    Ok(match file("MCP_TOKEN_FILE").or_else(api_token_file) {
        Some(file) => client.token_file(file),
        None => client,
    })
}

/// Which simulated market this is. The same seed gives the same market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Market {
    /// What all its random numbers come from.
    pub seed: u64,
    /// When it opened; if nothing is said, when its clock says so, or else now.
    pub epoch: Option<SystemTime>,
    /// How long one of its minutes takes here.
    pub tick: Duration,
}

impl Market {
    /// `MARKET_SEED` (default 1), `MARKET_EPOCH` in milliseconds since 1970 and `MARKET_TICK` (default 1s).
    pub fn from_env() -> Result<Self, WrongSetting> {
        let tick = variable::<humantime::Duration>("MARKET_TICK", "a duration above 0, such as 1s or 250ms")?;
        let epoch = variable("MARKET_EPOCH", "milliseconds since 1970")?;
        Ok(Market {
            seed: variable("MARKET_SEED", "a number from 0 to 2^64 - 1")?.unwrap_or(1),
            epoch: epoch.map(|millis| UNIX_EPOCH + Duration::from_millis(millis)),
            tick: tick.map(Duration::from).filter(|tick| !tick.is_zero()).unwrap_or(Duration::from_secs(1)),
        })
    }
}

/// Where files are kept, in the working folder.
pub const DATA_FOLDER: &str = "cryptofunk-data";

/// The database that trades are kept in: `DATABASE_URL`, what the file says that `DATABASE_URL_FILE` names (for a URL with a
/// password), or a file in the [`DATA_FOLDER`].
pub(crate) fn database_url() -> anyhow::Result<String> {
    let url = url_or_file("DATABASE_URL", "DATABASE_URL_FILE")?;
    Ok(url.unwrap_or_else(|| format!("sqlite://{DATA_FOLDER}/trades.db")))
}

/// Where NATS is, if there is one: `NATS_URL`, or what the file says that `NATS_URL_FILE` names (for a URL with a password).
pub(crate) fn nats_url() -> anyhow::Result<Option<String>> {
    url_or_file("NATS_URL", "NATS_URL_FILE")
}

fn url_or_file(url: &str, file: &str) -> anyhow::Result<Option<String>> {
    if let Some(url) = variable(url, "a URL")? {
        return Ok(Some(url));
    }
    let Some(path) = variable::<PathBuf>(file, "a file")? else { return Ok(None) };
    let url =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}, which {file} names", path.display()))?;
    Ok(Some(url.trim().to_owned()))
}

/// A URL without the name and the password that it may hold, and without its query, which may hold them too; for messages.
pub(crate) fn without_password(url: &str) -> String {
    let shown = match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        (None, Some((_, place))) => place.to_owned(),
        (Some(_), None) => url.to_owned(),
        (None, None) if is_address(url) || url.starts_with("sqlite:") => url.to_owned(),
        // A URL that was encoded twice, or a password alone, for all that is known.
        (None, None) => "(no URL)".to_owned(),
    };
    shown.split('?').next().unwrap_or_default().to_owned()
}

/// Whether a text is the address of a host, with its port.
fn is_address(text: &str) -> bool {
    let host = text.split(['/', '?']).next().unwrap_or_default();
    host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
}

/// A text whose URLs are without passwords, whoever has written it: what a library says of a URL may quote it.
pub fn redacted(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find("://") {
        let start = rest[..colon].rfind(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let start = start.map_or(0, |before| before + rest[before..].chars().next().map_or(1, char::len_utf8));
        let end = rest[colon..]
            .find(|c: char| c.is_whitespace() || "\"'`<>".contains(c))
            .map_or(rest.len(), |end| colon + end);
        clean.push_str(&rest[..start]);
        clean.push_str(&without_password(&rest[start..end]));
        rest = &rest[end..];
    }
    clean + rest
}

/// The file that keeps the market's clock: `MARKET_CLOCK_FILE`, or one in the [`DATA_FOLDER`].
pub(crate) fn market_clock_file() -> Result<PathBuf, WrongSetting> {
    Ok(variable("MARKET_CLOCK_FILE", "a file")?.unwrap_or_else(|| PathBuf::from(DATA_FOLDER).join("market-clock")))
}

/// Whether this is a run that can be repeated: `REPEATABLE`.
pub(crate) fn repeatable() -> Result<bool, WrongSetting> {
    Ok(variable("REPEATABLE", "true or false")?.unwrap_or(false))
}

/// The file whose bearer token changing calls must have.
pub(crate) fn api_token_file() -> Option<PathBuf> {
    file("API_TOKEN_FILE")
}

fn file(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_hold_no_password() {
        assert_eq!(without_password("postgres://me:se@cret@db:5432/x"), "postgres://db:5432/x");
        assert_eq!(without_password("nats://127.0.0.1:4222"), "nats://127.0.0.1:4222");
        assert_eq!(without_password("sqlite://a.db"), "sqlite://a.db");
        assert_eq!(without_password("me:secret@db"), "db");
        assert_eq!(without_password("localhost:4222"), "localhost:4222");
        assert_eq!(without_password("sqlite:a.db"), "sqlite:a.db");
        // postgres://me:secret@db/x, encoded in base64 once more.
        assert_eq!(without_password("cG9zdGdyZXM6Ly9tZTpzZWNyZXRAZGIveA=="), "(no URL)");
        assert_eq!(without_password("secret"), "(no URL)");
        assert_eq!(without_password("postgres://db/x?user=me&password=secret"), "postgres://db/x");
        let text = "unknown: \"mysql://me:se@cret@db/x\", not redis://:p/w@cache:1/?a=b or http://a/b: 5 of 6";
        assert_eq!(redacted(text), "unknown: \"mysql://db/x\", not redis://cache:1/ or http://a/b: 5 of 6");
        assert_eq!(redacted("ä://x@y é"), "ä://y é");
        assert_eq!(redacted("nothing"), "nothing");
    }
}
