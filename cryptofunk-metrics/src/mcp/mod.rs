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

mod arguments;
mod call;
mod handler;
mod instrumented;
#[doc(hidden)]
pub mod output;
mod schema;
#[doc(hidden)]
pub mod sdk;
mod series;
mod serve;
mod stdin;
mod tools;

#[doc(hidden)]
pub use arguments::Arguments;
#[doc(hidden)]
pub use call::Call;
#[doc(hidden)]
pub use handler::Absent;
pub use instrumented::Instrumented;
pub use output::ToolErrorCode;
#[doc(hidden)]
pub use schema::InputSchema;
#[doc(hidden)]
pub use series::Series;
pub use serve::{BoundHttp, HttpSettings};
#[doc(hidden)]
pub use tools::{
    Failure, ToolFuture, announced, call_custom, call_tool, describe, find_tool, list_tools, start_custom,
};
pub use tools::{McpServer, ToolArgument};

pub use rmcp;
pub use schemars;
