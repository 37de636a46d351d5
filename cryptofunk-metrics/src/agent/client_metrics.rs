//! What is recorded of the calls and sessions of a client.

use super::call_error::CallError;
use crate::{
    cell::{Counter, Histogram},
    clock,
    component::Component,
    conventions::{
        agent::Agent,
        mcp::{Method, ProtocolVersion, Server, Status},
        otel_mcp::{ErrorType, NetworkTransport, OtelMcpFamilies, ToolName},
    },
    label::Label,
    span::ClientSpan,
};

/// The series of the calls to one server.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientMetrics {
    calls: Option<[Counter; 3]>,
    duration: Option<Histogram>,
    otel: OtelMcpFamilies,
}

impl ClientMetrics {
    /// Of a client whose calls nobody records.
    pub(super) const NONE: Self = ClientMetrics { calls: None, duration: None, otel: OtelMcpFamilies::NONE };

    /// In the families of this component.
    pub(super) fn of<C: Component>(server: &'static str) -> Self {
        let (agent, server) = (Agent(C::NAME), Server(server));
        let families = C::FAMILIES.agent;
        ClientMetrics {
            calls: families.mcp_calls_total.map(|family| Status::ALL.map(|status| family(agent, server, status))),
            duration: families.mcp_call_duration_seconds.map(|family| family(agent, server)),
            otel: C::FAMILIES.otel_mcp,
        }
    }
}

/// A call that waits for its answer. It is recorded when this is dropped, so also when its future is.
pub(super) struct Call {
    metrics: ClientMetrics,
    pub(super) span: ClientSpan,
    tool: &'static str,
    version: ProtocolVersion,
    start: u64,
    status: Status,
    error: ErrorType,
}

impl Call {
    pub(super) fn start(metrics: ClientMetrics, url: &str, tool: &'static str) -> Self {
        Call {
            metrics,
            span: ClientSpan::call(url, tool),
            tool,
            version: ProtocolVersion::Other,
            start: clock::now(),
            status: Status::Cancelled,
            error: ErrorType::Cancelled,
        }
    }

    /// The session has this version of the protocol.
    pub(super) fn of_version(&mut self, version: ProtocolVersion) {
        self.version = version;
        self.span.of_version(version.label_value());
    }

    pub(super) fn answered<T>(&mut self, result: &Result<T, CallError>) {
        (self.status, self.error) = match result {
            Ok(_) => (Status::Success, ErrorType::None),
            Err(error) => (Status::Error, error_type(error)),
        };
        if let Err(error) = result {
            let (code, description) = match error {
                CallError::Failed { code, message, .. } => (Some(*code), &**message),
                _ => (None, ""),
            };
            self.span.failed(self.error.label_value(), code, description);
        }
    }
}

fn error_type(error: &CallError) -> ErrorType {
    match error {
        CallError::Tool { .. } => ErrorType::ToolError,
        CallError::Failed { code, .. } => ErrorType::from_code(*code),
        CallError::Late { .. } => ErrorType::Timeout,
        CallError::Unreachable { .. } | CallError::Unreadable { .. } => ErrorType::Other,
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let ticks = clock::now().saturating_sub(self.start);
        if self.status == Status::Cancelled {
            self.span.failed(self.error.label_value(), None, "");
        }
        let span = self.span.sampled();
        if let Some(calls) = self.metrics.calls {
            span.inc(calls[self.status as usize]);
        }
        if let Some(duration) = self.metrics.duration {
            span.observe_ticks(duration, ticks);
        }
        if let Some(family) = self.metrics.otel.mcp_client_operation_duration_seconds {
            let tool = ToolName(self.tool);
            let duration = family(Method::ToolsCall, tool, self.error, NetworkTransport::Tcp, self.version);
            span.observe_ticks(duration, ticks);
        }
    }
}

/// A session that is open; its duration is recorded when this is dropped.
#[derive(Debug)]
pub(super) struct OpenSession {
    metrics: ClientMetrics,
    pub(super) version: ProtocolVersion,
    start: u64,
}

impl OpenSession {
    pub(super) fn new(metrics: ClientMetrics, version: ProtocolVersion) -> Self {
        OpenSession { metrics, version, start: clock::now() }
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        if let Some(family) = self.metrics.otel.mcp_client_session_duration_seconds {
            let ticks = clock::now().saturating_sub(self.start);
            family(ErrorType::None, NetworkTransport::Tcp, self.version).observe_ticks(ticks);
        }
    }
}
