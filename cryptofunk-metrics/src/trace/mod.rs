//! Traces (feature `trace`): a span for each request, tool call, analysis and LLM call, by OpenTelemetry's conventions.
//!
//! A span begins and ends where the call is measured. It is one of the crate `tracing`, so it is part of whatever subscriber the process has;
//! this module turns spans into OpenTelemetry's and sends them to a collector. `main` keeps a [`Tracing`]:
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
//! # A subscriber of one's own
//!
//! [`init`] sets the subscriber of the process, which sends spans and logs nothing. A process that logs adds [`Tracing::layer`] to its own:
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
//! A process that has OpenTelemetry's pipeline already needs nothing of this module: its own `tracing_opentelemetry` layer, of the version that
//! this crate is built with, sees the same spans. Their target is [`TARGET`].
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
//! Attributes are those of OpenTelemetry's conventions for MCP and generative AI: `mcp.method.name`, `gen_ai.tool.name`, `jsonrpc.request.id`,
//! `mcp.session.id`, `error.type` and so on. Arguments and results are in no span. The name of a tool that a server does not have is in
//! `gen_ai.tool.name`, and not in the name of the span. A call that failed has the status `error` and an `error.type`: the code of a JSON-RPC error,
//! `tool_error`, `timeout`, `cancelled` or `_OTHER`; the status says more.
//!
//! A request that is refused before a handler has it (a session that is over, a version of the protocol that the server does not speak, parameters that are
//! no object) has a span too, if it was read as a request of JSON-RPC and its body has no more than 16 KiB. Such a span begins when the request is refused. What is
//! refused unread, as for a wrong host or token, has none.
//!
//! The parent of a server's span is the `traceparent` of the request's `_meta`, else that of its HTTP request, else the span that is current. If
//! there are two, the other is a link. `tracestate` and `baggage` come along. The client sends its own span in `_meta`. For messages of one's own,
//! there is [`TraceContext`].
//!
//! # Exemplars
//!
//! What a sampled call counts and times has its span as [`Exemplar`](crate::Exemplar), in OpenMetrics: the slowest bucket names a trace that was
//! slow. So has what `#[measured]` records while a sampled span is current.
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
//! The protocol is `http/protobuf`, and propagation W3C's trace context and baggage, whatever `OTEL_PROPAGATORS` says. A value that cannot be meant
//! is an error at the start.
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
//! Without the feature, nothing: no instruction and no crate. With it and without a subscriber, a call looks whether anybody wants its span, which is a
//! read. Calls that are not sampled pay for their span and for no exemplar.

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
pub use init::{TARGET, Tracing, init};
