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
//! Each request is recorded once, whatever happens: `success` for a result; `error` for an error of the protocol, a result that
//! says it is an error, bad arguments, a timeout and a panic; `cancelled` when the client cancels or goes away. The same holds for
//! the tool call inside a `tools/call`. The type of an error is counted in `errors_total`. Notifications are not
//! recorded, except refused ones.
//!
//! A panic reaches the client as an error answer, and the server goes on. The future of a cancelled call is dropped.
//! Names that clients choose never become label values: an unknown method counts as `other`, an unknown tool as `unknown`. A server
//! may list [tools that it adds](crate::mcp_handler#tools-that-change); at most 1,000 of their names become label values.
//!
//! Names below are those of the convention `mcp`; without [`families`](crate::conventions), they begin with `cryptofunk_mcp_`.
//!
//! # What a duration contains
//!
//! - **A request or a tool call**: from the moment at which its handler is called until its result is there: reading the arguments, the
//!   tool and turning its result into one of the protocol. It is observed for every status. It does not contain the time in which the
//!   SDK reads and parses the message, nor the time in which it sends the answer.
//! - **`requests_in_flight`** counts requests between the same two moments.
//! - **A refused request** (below): from the arrival of its HTTP headers until the SDK's answer.
//! - **`result_bytes`**: the text and data of the content blocks that a tool returned, also of a tool error; without structured
//!   content and the JSON around it. Bad arguments, timeouts, panics and errors of the protocol have no result, and observe nothing.
//! - **A session over stdio**: from its opening until the client closes standard input. **A session over HTTP**: from
//!   the answer to `initialize` until the client deletes it, it is idle for too long, or the server stops. Clients of protocol version 2026-07-28
//!   open none over HTTP: each request stands alone, and `sessions_total` does not move.
//!
//! # Refused requests
//!
//! The SDK refuses some requests before a handler sees them. Over HTTP, as [`McpServer::serve_http`] and [`McpServer::bind_http`] serve
//! it, a `POST` that is answered with a status of 400 or more and that no handler has seen counts as `error` in `requests_total` and as
//! `refused` in `errors_total`: a host or an origin that is not allowed (403), a session that is over (404), a body that is too large
//! or no JSON, a header or a protocol version that does not fit. The method is that of the header `Mcp-Method`; protocol versions
//! without this header count as `other`, since the body belongs to the SDK.
//!
//! Not recorded are requests that the SDK refuses inside an answer of status 200 or over stdio: `tasks/*` and `skills/*` of a
//! server that does not announce them, a method that the negotiated protocol version does not have, a request without the metadata
//! that its version requires, and a `ping` before `initialize`. Over stdio, and on transports that you serve yourself, there is no
//! layer around the SDK, so no refusal is recorded there.
//!
//! # Which series exist from the start
//!
//! | family | from the start | with the first request |
//! |---|---|---|
//! | `requests_total` | `initialize`, `ping`, `server/discover`; `tools/list` and `tools/call` of a server with tools; the methods of its `#[mcp_handler]`s | other methods |
//! | `request_duration_seconds` | `tools/call`; the methods of its `#[mcp_handler]`s | other methods |
//! | `tool_calls_total` | each tool, and `unknown` | tools that are added |
//! | `tool_call_duration_seconds`, `result_bytes` | each tool | `unknown`, and tools that are added |
//! | `errors_total` | the types that a `tools/call` can have | other methods, and `refused` |
//! | `requests_in_flight`, `sessions_active` | all | |
//! | `sessions_total`, `session_duration_seconds` | | all |
//!
//! Series of the convention `otel-mcp` exist once they are observed, as OpenTelemetry's do. [`Instrumented`] learns tools as they
//! become known.

mod absent;
mod arguments;
mod call;
mod capability;
mod describe;
mod dispatch;
#[doc(hidden)]
pub mod entry;
mod failure;
mod finite;
mod instrumented;
mod origin;
#[doc(hidden)]
pub mod output;
#[doc(hidden)]
pub mod params;
#[doc(hidden)]
pub mod part;
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
pub mod tool_error;

#[doc(hidden)]
pub use absent::{Absent, discover, initialize};
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
pub use dispatch::{call_custom, call_tool, find_tool, list_tools, metrics_of, start_custom};
#[doc(hidden)]
pub use entry::{HandlerFuture, ToolEntry, ToolFuture, ToolInfo};
#[doc(hidden)]
pub use failure::Failure;
pub use instrumented::Instrumented;
#[doc(hidden)]
pub use params::{Param, Unnamed};
#[doc(hidden)]
pub use schema::InputSchema;
pub use serve::{BoundHttp, HttpSettings};
pub use server::McpServer;
#[doc(hidden)]
pub use server_metrics::ServerMetrics;
pub use tool_error::ToolErrorCode;

#[doc(hidden)]
pub use crate::conventions::mcp::Method;

pub use rmcp;
pub use schemars;
#[doc(hidden)]
pub use serde;
