//! Instrumented MCP servers on the official SDK, [`rmcp`].
//!
//! - [`#[mcp_server]`](crate::mcp_server) turns an impl block into a [`McpServer`]: an SDK handler whose every request and
//!   tool call is counted and timed.
//! - [`McpServer::serve`] serves it on standard input and output, [`McpServer::serve_http`] over streamable HTTP; both expose
//!   `/metrics`, `/health` and `/`.
//! - [`Instrumented`] does the same for a handler written by hand.
//!
//! # What is recorded
//!
//! One request a message, whatever happens: `success` for a result; `error` for an error, for a result that says it is one,
//! for bad arguments, a timeout and a panic; `cancelled` when the client cancels or goes away. The same holds for the tool
//! call inside a `tools/call`. Durations are observed in every case.
//!
//! A panic reaches the client as an error answer, and the server lives on. The future of a cancelled call is dropped.
//! Names that clients choose never become label values: an unknown method counts as `other`, an unknown tool as `unknown`.
//!
//! The SDK refuses some requests before any handler sees them, and these are not recorded: `tasks/*` and `skills/*` of a
//! server that does not announce them, a method that the negotiated protocol version does not have, a request without the
//! metadata that its version requires, and a `ping` before `initialize`.

mod absent;
mod arguments;
mod call;
mod capability;
mod describe;
mod dispatch;
mod failure;
mod instrumented;
mod origin;
#[doc(hidden)]
pub mod output;
mod refused;
mod schema;
#[doc(hidden)]
pub mod sdk;
mod serve;
mod server;
mod server_metrics;
mod sessions;
mod stdin;

#[doc(hidden)]
pub use absent::Absent;
#[doc(hidden)]
pub use arguments::Arguments;
pub use arguments::ToolArgument;
#[doc(hidden)]
pub use call::Call;
#[doc(hidden)]
pub use capability::Capability;
#[doc(hidden)]
pub use describe::{announced, describe};
#[doc(hidden)]
pub use dispatch::{call_custom, call_tool, find_tool, list_tools, start_custom};
#[doc(hidden)]
pub use failure::Failure;
pub use instrumented::Instrumented;
pub use output::ToolErrorCode;
#[doc(hidden)]
pub use schema::InputSchema;
pub use serve::{BoundHttp, HttpSettings};
pub use server::McpServer;
#[doc(hidden)]
pub use server::ToolFuture;
#[doc(hidden)]
pub use server_metrics::ServerMetrics;

#[doc(hidden)]
pub use crate::conventions::mcp::Method;

pub use rmcp;
pub use schemars;
