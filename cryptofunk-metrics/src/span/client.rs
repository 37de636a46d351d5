//! The span of a request that a client sends.

use axum::http::Uri;
use rmcp::model::RequestMetaObject;
use serde_json::Value;
use tracing::{field::Empty, info_span, instrument::Instrumented};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::recorded::CallSpan;
use crate::{
    exemplar::Sampled,
    trace::{TARGET, injected},
};

#[derive(Debug, Clone)]
pub(crate) struct ClientSpan(CallSpan);

impl ClientSpan {
    /// Of a tool call to the server at this URL.
    pub(crate) fn call(url: &str, tool: &'static str) -> Self {
        ClientSpan::start(url, "tools/call", Some(tool))
    }

    /// Of the opening of a session.
    pub(crate) fn initialize(url: &str) -> Self {
        ClientSpan::start(url, "initialize", None)
    }

    fn start(url: &str, method: &'static str, tool: Option<&'static str>) -> Self {
        let span = info_span!(
            target: TARGET,
            "mcp.client",
            "otel.name" = tool.map_or_else(|| method.to_owned(), |tool| format!("{method} {tool}")),
            "otel.kind" = "client",
            "mcp.method.name" = method,
            "mcp.protocol.version" = Empty,
            "gen_ai.operation.name" = tool.map(|_| "execute_tool"),
            "gen_ai.tool.name" = tool,
            "network.transport" = "tcp",
            "network.protocol.name" = "http",
            "server.address" = Empty,
            "server.port" = Empty,
            "error.type" = Empty,
            "rpc.response.status_code" = Empty,
        );
        if !span.is_disabled()
            && let Ok(uri) = url.parse::<Uri>()
            && let Some(host) = uri.host()
        {
            let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
            span.record("server.address", host.trim_start_matches('[').trim_end_matches(']'));
            span.record("server.port", i64::from(uri.port_u16().unwrap_or(default)));
        }
        ClientSpan(CallSpan::new(span))
    }

    /// Has the request say which span it comes from.
    pub(crate) fn inject(&self, meta: &mut Option<RequestMetaObject>) {
        if let Some(span) = self.0.wanted() {
            let entries = injected(&span.context());
            if !entries.is_empty() {
                let meta = meta.get_or_insert_default();
                entries.into_iter().for_each(|(key, value)| _ = meta.insert(key, Value::String(value)));
            }
        }
    }

    /// The session has this version of the protocol.
    pub(crate) fn of_version(&self, version: &str) {
        self.0.set("mcp.protocol.version", version);
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        self.0.around(work)
    }

    /// The request failed; a JSON-RPC code is the type, if there is one.
    pub(crate) fn failed(&self, kind: &str, code: Option<i32>, description: &str) {
        self.0.fail(kind, code, description);
    }

    pub(crate) fn sampled(&self) -> Sampled {
        self.0.sampled()
    }
}
