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
    tool: &'static str,
    version: ProtocolVersion,
    start: u64,
    status: Status,
    error: ErrorType,
}

impl Call {
    pub(super) fn start(metrics: ClientMetrics, tool: &'static str) -> Self {
        Call {
            metrics,
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
    }

    pub(super) fn answered<T>(&mut self, result: &Result<T, CallError>) {
        (self.status, self.error) = match result {
            Ok(_) => (Status::Success, ErrorType::None),
            Err(error) => (Status::Error, error_type(error)),
        };
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
        if let Some(calls) = self.metrics.calls {
            calls[self.status as usize].inc();
        }
        if let Some(duration) = self.metrics.duration {
            duration.observe_ticks(ticks);
        }
        if let Some(family) = self.metrics.otel.mcp_client_operation_duration_seconds {
            let tool = ToolName(self.tool);
            family(Method::ToolsCall, tool, self.error, NetworkTransport::Tcp, self.version).observe_ticks(ticks);
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
