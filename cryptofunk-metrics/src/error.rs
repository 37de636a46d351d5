use std::{fmt, io, net::SocketAddr, path::PathBuf};

use crate::constant_labels::ConstantLabelsError;

/// Why a component could not start or had to stop.
///
/// Each message says what to change. `Debug` is the same text as `Display`, so a `main` that returns this error prints a sentence.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two declarations of the process clash: they have one name, or one has the name of a series of the other.
    #[error(
        "{reason}, at {first} and at {second}; rename one, give its module another namespace, or build with one version of the \
         crate that declares it"
    )]
    Clash {
        /// The name of the family that would not be exposed.
        name: &'static str,
        /// Where the family that is exposed is declared.
        first: &'static str,
        /// Where the other one is declared.
        second: &'static str,
        /// Why they clash.
        reason: String,
    },
    /// The constant labels of the process are invalid, or are labels of a family.
    #[error(transparent)]
    ConstantLabels(#[from] ConstantLabelsError),
    /// Another process listens on the address.
    #[error(
        "address {address} is already in use; stop the process that listens there, or choose another port with {change}"
    )]
    AddressInUse {
        /// The address that was asked for.
        address: String,
        /// The flag or variable that changes it.
        change: &'static str,
    },
    /// The address could not be listened on for another reason.
    #[error("cannot listen on {address}: {source}; choose another address with {change}")]
    Listen {
        /// The address that was asked for.
        address: String,
        /// The flag or variable that changes it.
        change: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// An environment variable has an invalid value.
    #[error("{variable} is `{value}`, but should be {expected}")]
    Setting {
        /// The name of the variable.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What a valid value looks like.
        expected: &'static str,
    },
    /// The file with the bearer token could not be read.
    #[error("cannot read a bearer token from {}, which {variable} names: {reason}", path.display())]
    Token {
        /// The variable, or the setting in code, that names the file.
        variable: &'static str,
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Serving failed on an address that was bound.
    #[error("serving on {address} failed: {source}")]
    Serve {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// A client did not open its MCP session as the protocol says.
    #[error("the MCP session could not be opened: {0}")]
    Session(String),
    /// A file of certificates or keys cannot be used.
    #[cfg(feature = "tls")]
    #[error("cannot use TLS: {0}")]
    Tls(String),
    /// OpenTelemetry refuses the settings of its variables for traces.
    #[cfg(feature = "trace")]
    #[error("cannot send traces: {0}")]
    Traces(String),
    /// The process has a subscriber of `tracing` already, which `trace::init` would replace.
    #[cfg(feature = "trace")]
    #[error(
        "a tracing subscriber is set already; add the layer of `trace::Tracing` to it instead of calling `trace::init`"
    )]
    Subscriber,
    /// The signals that stop a process cannot be received.
    #[error("cannot wait for Ctrl-C: {0}")]
    Signal(io::Error),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
