//! Spans of calls, by OpenTelemetry's conventions, where the calls are measured. Without the feature `trace`, they are empty and do nothing.

#[cfg(all(feature = "trace", feature = "mcp-client"))]
mod client;
#[cfg(feature = "trace")]
mod gen_ai;
#[cfg(all(feature = "trace", feature = "mcp"))]
mod headers;
#[cfg(all(feature = "trace", feature = "mcp"))]
mod kept;
#[cfg(all(feature = "exporter", not(feature = "trace")))]
mod nothing;
#[cfg(feature = "trace")]
mod recorded;
#[cfg(all(feature = "trace", feature = "mcp"))]
mod refused;
#[cfg(all(feature = "trace", feature = "mcp"))]
mod server;

#[cfg(all(feature = "trace", feature = "mcp-client"))]
pub(crate) use client::ClientSpan;
#[cfg(feature = "trace")]
pub(crate) use gen_ai::{AgentSpan, LlmSpan};
#[cfg(all(feature = "trace", feature = "mcp"))]
pub(crate) use kept::Kept;
#[cfg(all(feature = "mcp-client", not(feature = "trace")))]
pub(crate) use nothing::ClientSpan;
#[cfg(all(feature = "exporter", not(feature = "trace")))]
pub(crate) use nothing::{AgentSpan, LlmSpan};
#[cfg(all(feature = "mcp", not(feature = "trace")))]
pub(crate) use nothing::{Kept, ServerSpan};
#[cfg(all(feature = "trace", feature = "mcp"))]
pub(crate) use server::ServerSpan;
