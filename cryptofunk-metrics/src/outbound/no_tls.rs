//! What stands for TLS without the feature `tls`: nothing can be one.

use std::io;

use tokio::net::TcpStream;

#[cfg(any(feature = "otlp", feature = "trace"))]
use super::signal::{Signal, Variable};
use crate::error::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {}

impl Tls {
    /// Refuses the `https://` URL of this variable.
    pub(crate) fn of_system(url_variable: &'static str, url: &str) -> Result<Self, Error> {
        Err(Error::Setting {
            variable: url_variable,
            // What stands before an `@` may be a password.
            value: url.rsplit('@').next().unwrap_or_default().to_owned(),
            expected: "a URL with http://, since this program is built without the feature `tls` of cryptofunk-metrics, \
                       which https:// needs",
        })
    }

    #[cfg(any(feature = "otlp", feature = "trace"))]
    pub(crate) fn of_collector(
        url_variable: &'static str,
        url: &str,
        _: Signal,
        _: Variable<'_>,
    ) -> Result<Self, Error> {
        Self::of_system(url_variable, url)
    }

    pub(super) async fn connect(&self, _: &str, _: TcpStream) -> io::Result<TcpStream> {
        match *self {}
    }
}
