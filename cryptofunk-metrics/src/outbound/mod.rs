//! One request to another program over HTTP, on a connection of its own.

mod exchange;
#[cfg(not(feature = "tls"))]
mod no_tls;
#[cfg(any(feature = "otlp", feature = "trace"))]
mod signal;
#[cfg(feature = "tls")]
mod tls;

#[cfg(any(feature = "otlp", feature = "push"))]
pub(crate) use exchange::default_port;
pub(crate) use exchange::exchange;
#[cfg(not(feature = "tls"))]
pub(crate) use no_tls::Tls;
#[cfg(any(feature = "otlp", feature = "trace"))]
pub(crate) use signal::{Signal, Variable};
#[cfg(feature = "tls")]
pub(crate) use tls::Tls;
