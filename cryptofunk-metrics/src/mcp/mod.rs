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
//! Each request is recorded once, by its status. The tool call inside a `tools/call` is recorded in the same way.
//!
//! - `success`: a result.
//! - `error`: an error of the protocol, a result that says it is an error, bad arguments, a timeout or a panic.
//! - `cancelled`: the client cancels or goes away.
//!
//! The type of an error is counted in `errors_total`, and for a tool call in `tool_errors_total` too. Notifications are not recorded,
//! except refused ones.
//!
//! The SDK replaces some answers that the client would not understand by an error. These count as `error` too: a request for input
//! (`InputRequiredResult`) to a client of a version before 2026-07-28, a task (`CreateTaskResult`) to a client that has not declared tasks,
//! and invalid skills.
//!
//! A panic reaches the client as an error, and the server goes on. The future of a cancelled call is dropped. If it can see the
//! cancellation (a tool with a `CancellationToken` or the request's context, a handler with its context), it has 5 s to clean up before
//! that.
//!
//! Names that clients choose never become label values: an unknown method counts as `other`, an unknown tool as `unknown`. A server may
//! list [tools that it adds](crate::mcp_handler#tools-that-change); at most 1,000 of their names become label values.
//!
//! Names below are those of the convention `mcp`; without [`families`](crate::conventions), they begin with `cryptofunk_mcp_`.
//!
//! # What a duration contains
//!
//! - **A request or a tool call**: from the call of its handler until its result exists. That is reading the arguments, the tool, and
//!   writing its result as one of the protocol. It is observed for every status. It does not contain the time on the network, the wait for
//!   a place or for a share of [`HttpSettings::bodies_limit`], the reading of the body, and the SDK's own work before and after. The SDK
//!   does not say when an answer is written. Measure the whole at the client (`agent::McpClient` records it) or at the proxy.
//! - **`requests_in_flight`** counts requests in the same time.
//! - **A refused request** (below): from the arrival of its HTTP headers until the SDK's answer.
//! - **`result_bytes`**: the text and data of the content blocks that a tool returned, for a tool error too, without structured content and
//!   the JSON around it. Bad arguments, timeouts, panics and errors of the protocol have no result, and observe nothing.
//! - **A session over stdio**: from the answer to `initialize`, or the first request of a client that sends none, until the client closes
//!   standard input. **A session over HTTP**: from the answer to `initialize` until the client deletes it, it is idle for too long, or the
//!   server stops. Clients of protocol version 2026-07-28 open none over HTTP: each request stands alone, and `sessions_total` does not move.
//!
//! # Served by something else
//!
//! [`McpServer::into_service`] makes a tower service for a router of yours. It does all that [`McpServer::serve_http`] does at `/mcp`.
//!
//! A server is a handler of the SDK, and so is [`Instrumented`]: `rmcp::ServiceExt::serve` serves it on any transport, and
//! the SDK's `StreamableHttpService` in a router of yours. Requests, tool calls and sessions are recorded as above. A session begins with the answer to
//! `initialize`, and ends when the SDK drops what runs it, at the latest with the next scrape after the client has closed the transport. Its
//! transport is `http` if it came with HTTP headers, else `stdio`.
//!
//! # Clients that go away
//!
//! A request is cancelled, and its handler's future dropped, when its client
//!
//! - cancels it with `notifications/cancelled`: at once;
//! - closes standard input, or another transport that has one client: once the SDK has waited 5 s for the handler;
//! - closes standard output, or the process gets a signal to stop: once the SDK has waited 2 s for the handler;
//! - breaks the connection of a request over HTTP without a session (protocol version 2026-07-28): at once;
//! - breaks the connection of a request in a session, and does not come back for its answer: after
//!   [`HttpSettings::resume_within`], 5 s by default;
//! - deletes its session: at once.
//!
//! A session ends when it has no running call, no open stream and no message for [`HttpSettings::session_idle`], 5 minutes by default.
//!
//! [`McpServer::serve`] ends the process in these times also if the client reads nothing: 6 s after the end of standard input, 3 s after a
//! signal, and 1 s after a signal that follows the end of standard input. A client that reads gets every answer until then.
//!
//! If a handler ends because its request was cancelled, as `subscriptions/listen` does, it counts as `cancelled` whatever it returns: the
//! SDK does not send it.
//!
//! # When the server stops
//!
//! Over HTTP, no new calls are taken, and open ones have [`HttpSettings::drain_for`] to finish, 5 s by default. The others get an error,
//! and count as `error` and as `internal`. Subscriptions end at once. Then the sessions and their streams end.
//!
//! # Refused requests
//!
//! Some requests are refused before a handler sees them. Over HTTP, such a `POST`, answered with a status of 400 or more, counts as `error`
//! in `requests_total` and as `refused` in `errors_total`. It does with [`McpServer::serve_http`], [`McpServer::bind_http`] and
//! [`McpServer::into_service`]. The reasons are:
//!
//! - a host or an origin that is not allowed (403), or no token (401);
//! - a session that is over (404);
//! - a body that is too large, too slow, too deep, or no JSON;
//! - no place (503; [`HttpSettings`] has the limits);
//! - a header or a protocol version that does not fit.
//!
//! The method is that of the header `Mcp-Method`. Requests without this header count as `other`, since the body belongs to the SDK.
//!
//! Over stdio, [`McpServer::serve`] answers a line of more than 16 MiB with an error (-32600), and counts it as `refused` too, with the method
//! `other`. The error has the id of the request if that stands in the first 64 MiB.
//!
//! # What is not counted
//!
//! Requests that the SDK answers before a handler sees them: over HTTP those with status 200, over stdio and on other transports all of
//! them:
//!
//! - a `ping` before `initialize`, which it answers with success;
//! - `ping`, `resources/subscribe` and `resources/unsubscribe` of protocol version 2026-07-28, and `subscriptions/listen` of older ones;
//! - `subscriptions/listen` of a server that accepts none, or whose client is gone before the acknowledgment is sent;
//! - `tasks/*` of a server that does not announce tasks, or of a client that has not declared them; `skills/*` and
//!   `resources/directory/read` of a server that does not announce them; `skills/get` of a URI that is none of a skill;
//! - a request without the metadata that its version requires, or of a version that the server does not support;
//! - what is no JSON or no request of JSON-RPC.
//!
//! `GET` and `DELETE` over HTTP are not counted either. If the SDK's own service is on routes of yours, refusals are not counted.
//!
//! Some ends are counted differently from what the client sees:
//!
//! - An answer counts when its handler has returned it. If it is lost on the way, or its client never comes back for it, the count stays.
//! - Two requests with one id at the same time: the SDK sends one answer, and both count.
//! - A skill of another URI than the one that was asked for counts as `success`; the SDK sends an error.
//! - The version that a handler of yours answers to `initialize` is what counts. The SDK may send another, or an error if the server supports none
//!   that has `initialize`.
//! - With the SDK's own service, requests in a session whose client went away run to their end, and count as they end.
//! - A panic outside of a request's handler, as in `get_info`, `get_tool`, `accepted_subscription_filter` or the handler of a notification, is not
//!   counted: the SDK gives no answer, if one was due.
//! - If the process is killed, calls in flight are not counted.
//!
//! Notifications, and requests that the server sends to its client, are not recorded.
//!
//! Sessions: a client of protocol version 2026-07-28 opens none on a transport that something else serves. With `legacy_session_mode` off,
//! each `initialize` counts as a session that ends at once. A session that the SDK restores from a store counts again, as does its `initialize`.
//!
//! # What clients take
//!
//! The end-to-end tests list and call every kind of result with the Python and the TypeScript SDK, the current and the last major version
//! of each, and run the public conformance suite. They convert every input schema with the clients of OpenAI, Gemini and LangChain.
//!
//! - OpenAI's strict mode has no maps: its client takes a tool with a map as an argument as one that is not strict.
//! - Gemini's client fails at `additionalProperties: false`. Schemas of the library have none; a type of yours with
//!   `#[serde(deny_unknown_fields)]` has.
//! - Clients of protocol versions before 2026-07-28 see output schemas and structured content of objects alone, and all others as text.
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
//! | `tool_errors_total` | `tool_error` of each tool | other types, `unknown`, and tools that are added |
//! | `requests_in_flight`, `sessions_active` | all | |
//! | `sessions_total`, `session_duration_seconds` | | all |
//!
//! The start is when the server is served by [`McpServer`], or an [`Exporter`](crate::exporter::Exporter) is made of it. In a process without an
//! exporter, which may serve any of its servers by the SDK alone, it is the first scrape for each `#[mcp_server]` in the program; for a generic
//! one, the first request. [`Instrumented`] starts when it is made, which should be before the first session: make one, and share it in an
//! `Arc`. It learns tools as they become known.
//!
//! Series of the convention `otel-mcp` exist once they are observed, as OpenTelemetry's do.

#[doc(hidden)]
pub mod absent;
mod arguments;
mod call;
mod capability;
#[doc(hidden)]
pub mod describe;
mod dispatch;
#[doc(hidden)]
pub mod entry;
mod failure;
mod finite;
#[doc(hidden)]
pub mod given;
mod http;
mod instrumented;
mod mounted;
mod origin;
#[doc(hidden)]
pub mod output;
#[doc(hidden)]
pub mod params;
#[doc(hidden)]
pub mod part;
mod pipes;
mod plain;
mod refused_line;
mod replaced;
mod schema;
#[doc(hidden)]
pub mod sdk;
mod server;
mod server_metrics;
mod stdin;
mod stdio;
mod stdout;
#[doc(hidden)]
pub mod tag;
#[doc(hidden)]
pub mod tool_error;

#[doc(hidden)]
pub use arguments::Arguments;
pub use arguments::ToolArgument;
#[doc(hidden)]
pub use call::Call;
#[doc(hidden)]
pub use capability::Capability;
#[doc(hidden)]
pub use describe::announced;
#[doc(hidden)]
pub use dispatch::{call_custom, call_tool, find_tool, list_tools, metrics_of, start_custom};
#[doc(hidden)]
pub use entry::{HandlerFuture, ToolEntry, ToolFuture, ToolInfo};
#[doc(hidden)]
pub use failure::Failure;
#[doc(hidden)]
pub use given::Given;
pub use http::{BoundHttp, HttpSettings, McpService};
pub use instrumented::Instrumented;
#[doc(hidden)]
pub use params::{Param, Unnamed};
#[doc(hidden)]
pub use plain::Plain;
#[doc(hidden)]
pub use schema::InputSchema;
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
