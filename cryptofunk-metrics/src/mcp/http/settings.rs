//! Who may call a server over HTTP, and how much they may send.

use std::{path::PathBuf, time::Duration};

use crate::{error::Error, exporter::Settings};

/// Who may call a server over HTTP, and how much they may send.
///
/// ```
/// use cryptofunk_metrics::mcp::HttpSettings;
///
/// let settings = HttpSettings::default().allow_host("mcp.example.com").allow_origin("https://app.example.com:443");
/// ```
#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) body_bytes: usize,
    pub(super) patience: Duration,
    pub(super) token_file: Option<PathBuf>,
}

impl Default for HttpSettings {
    /// Loopback names as `Host` and `Origin`, bodies up to 4 MiB, 5 s for a client to come back, no token.
    fn default() -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        HttpSettings {
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            origins: loopback
                .iter()
                .flat_map(|host| [format!("http://{host}:*"), format!("https://{host}:*")])
                .collect(),
            body_bytes: 4 * 1024 * 1024,
            patience: Duration::from_secs(5),
            token_file: None,
        }
    }
}

impl HttpSettings {
    /// The defaults, and what the environment adds: `MCP_ALLOWED_HOSTS` and `MCP_ALLOWED_ORIGINS`, with commas between, and
    /// `METRICS_TOKEN_FILE`.
    ///
    /// # Errors
    ///
    /// If a variable has a value that cannot be meant.
    pub fn from_env() -> Result<Self, Error> {
        let list = |variable| std::env::var(variable).unwrap_or_default();
        let mut settings = HttpSettings::default();
        for host in entries(&list("MCP_ALLOWED_HOSTS")) {
            settings = settings.allow_host(host);
        }
        for origin in entries(&list("MCP_ALLOWED_ORIGINS")) {
            if !origin.contains("://") {
                let expected = "a list of origins with their schemes, such as https://app.example.com:443";
                return Err(Error::Setting { variable: "MCP_ALLOWED_ORIGINS", value: origin.to_owned(), expected });
            }
            settings = settings.allow_origin(origin);
        }
        settings.token_file = Settings::from_env(0)?.token_file;
        Ok(settings)
    }

    /// Accepts requests for this host name, or `host:port`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Accepts requests from web pages of this origin, `scheme://host:port`; the port may be `*`.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Accepts request bodies up to this size.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Gives a client of a session this long to come back for an answer after its connection broke; then the request is cancelled.
    ///
    /// Clients come back with a `GET` and the header `Last-Event-ID`, by default after 3 s. A session that a client deletes, and a request
    /// of protocol version 2026-07-28, which has no session, are cancelled at once.
    #[must_use]
    pub fn resume_within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Asks for the bearer token in this file at `/metrics` and `/`.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_file = Some(path.into());
        self
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}
