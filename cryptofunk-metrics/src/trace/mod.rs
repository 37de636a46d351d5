//! Traces (feature `trace`): a span for each request, tool call, analysis and LLM call, by OpenTelemetry's conventions.
//!
//! A span begins and ends where the call is measured. It is a span of the crate `tracing`, so every subscriber of the process sees it. This
//! module turns spans into OpenTelemetry's and sends them to a collector. `main` keeps a [`Tracing`]:
//!
//! ```
//! use cryptofunk_metrics::{McpServer, mcp_server, trace};
//!
//! struct Weather;
//!
//! /// Tells the weather.
//! #[mcp_server(name = "weather", port = 9300)]
//! impl Weather {
//!     /// Says whether it rains in a city.
//!     #[mcp_tool]
//!     async fn rains(&self, city: String) -> bool {
//!         city == "Bergen"
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), cryptofunk_metrics::Error> {
//!     // OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318; does nothing without it.
//!     let _tracing = trace::init("weather")?;
//! #   if std::env::var_os("WEATHER").is_some() {
//!     Weather.serve().await?;
//! #   }
//!     // What has not been sent yet is sent when `_tracing` is dropped.
//!     Ok(())
//! }
//! ```
//!
//! # A subscriber of your own
//!
//! [`init`] sets the subscriber of the process. It sends spans and logs nothing, so warnings are lost. A process that logs adds
//! [`Tracing::layer`] to its own subscriber:
//!
//! ```no_run
//! use cryptofunk_metrics::trace::Tracing;
//! use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};
//!
//! # fn main() -> Result<(), cryptofunk_metrics::Error> {
//! let tracing = Tracing::from_env("weather")?;
//! tracing_subscriber::registry().with(tracing_subscriber::fmt::layer()).with(tracing.layer()).init();
//! # Ok(())
//! # }
//! ```
//!
//! A process with an OpenTelemetry pipeline of its own does not need this module: its `tracing_opentelemetry` layer sees the same spans, if
//! it has the version that this crate is built with. Their target is [`TARGET`].
//!
//! # Spans
//!
//! | what | name | kind |
//! |---|---|---|
//! | a request that a server answers | `tools/call add`, `prompts/get`, `initialize` | server |
//! | a call of `agent::McpClient` | `tools/call add` | client |
//! | an `#[analysis]` of an agent | `invoke_agent sorter` | internal |
//! | an `#[llm_call]` | `chat gpt-5-mini` | client |
//!
//! Attributes are those of OpenTelemetry's conventions for MCP and generative AI: `mcp.method.name`, `gen_ai.tool.name`,
//! `jsonrpc.request.id`, `mcp.session.id`, `error.type` and so on. Arguments and results are in no span. The name of an unknown tool is in
//! `gen_ai.tool.name`, but not in the name of the span. A failed call has the status `error` and an `error.type`: the code of a JSON-RPC
//! error, `tool_error`, `timeout`, `cancelled` or `_OTHER`. The status has a message.
//!
//! A request that is refused before a handler has it also has a span: its session is over, the server does not speak its version of the
//! protocol, or its parameters are no object. For that, it must have been read as a JSON-RPC request, with a body of at most 16 KiB. Such a
//! span begins when the request is refused. A request that is refused unread, such as one with a wrong host or token, has none.
//!
//! The parent of a server's span is the `traceparent` in the request's `_meta`, or else that of its HTTP request, or else the current span.
//! If there are two, the other is a link. `tracestate` and `baggage` are kept. The client sends its own span in `_meta`. For messages of
//! yours, use [`TraceContext`].
//!
//! # Exemplars
//!
//! The metrics of a sampled call have its span as [`Exemplar`](crate::Exemplar), in OpenMetrics: the slowest bucket names a slow trace.
//! `#[measured]` does the same while a sampled span is current.
//!
//! # Settings
//!
//! Those of OpenTelemetry:
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `OTEL_EXPORTER_OTLP_ENDPOINT` | the collector, `http://host:4318`; spans go to `/v1/traces` there | none: nothing is sent |
//! | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` | the whole URL for spans | |
//! | `OTEL_TRACES_EXPORTER` | `otlp` sends to `http://localhost:4318` where no endpoint is named; `none` sends nothing | |
//! | `OTEL_SDK_DISABLED` | `true` sends nothing | `false` |
//! | `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | who sends | the name given to [`init`] |
//! | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | which traces, such as `parentbased_traceidratio` and `0.1` | all, as the parent says |
//! | `OTEL_EXPORTER_OTLP_HEADERS`, `…_TIMEOUT`, `…_COMPRESSION` | of the requests; likewise `OTEL_EXPORTER_OTLP_TRACES_…` | |
//! | `OTEL_EXPORTER_OTLP_CERTIFICATE` | a PEM file with the certificates that are trusted at an `https://` endpoint | the system's, or those of `SSL_CERT_FILE` |
//! | `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, `…_CLIENT_KEY` | PEM files by which a collector knows this process | none |
//! | `OTEL_BSP_…`, `OTEL_SPAN_…` | size of batches and spans | OpenTelemetry's |
//!
//! The protocol is `http/protobuf`. Propagation is W3C's trace context and baggage, whatever `OTEL_PROPAGATORS` says. An invalid value is
//! an error at the start.
//!
//! # What can go wrong
//!
//! A collector that does not answer changes nothing in the process: spans wait in a queue of bounded size, and those past it are dropped. It is logged
//! once, and once more when spans are taken again. The end of the process waits 3 s for the last ones.
//!
//! An `https://` endpoint needs the feature `tls`; without it, such an endpoint is an error at the start. So is a certificate that cannot be read.
//!
//! # What it costs
//!
//! Without the feature, nothing: no instruction and no crate. With it and without a subscriber, a call checks whether its span is wanted,
//! which is one read. Calls that are not sampled pay for their span, but for no exemplar.

mod collector;
mod context;
mod exporter;
mod init;
mod settings;

pub use context::TraceContext;
#[cfg(feature = "mcp-client")]
pub(crate) use context::injected;
#[cfg(feature = "mcp")]
pub(crate) use context::{Carrier, extracted};
pub(crate) use init::is_ours;
pub use init::{TARGET, Tracing, init};
