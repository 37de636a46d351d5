//! Every series of one server. Those that exist from its start are resolved then, so that recording looks nothing up; the others
//! are made by their first request.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, OnceLock, PoisonError, RwLock},
};

use rmcp::{RoleServer, model::ErrorCode, service::RequestContext};

use super::origin;
use crate::{
    cell::{Counter, Histogram, IntGauge},
    clock,
    conventions::{
        Families,
        mcp::{ErrorType, McpFamilies, Method, ProtocolVersion, Server, Status, Tool, Transport},
        otel_mcp::{self, NetworkTransport, OtelMcpFamilies, ToolName},
    },
    exemplar::Sampled,
};

/// The most tools that a process may add or a handler written by hand can have, each with series of its own.
const MOST_LEARNT: usize = 1_000;

/// The errors of a call of a tool that are exposed before there is one; a server has `UnknownTool` besides.
const TOOL_ERRORS: [ErrorType; 5] =
    [ErrorType::ToolError, ErrorType::InvalidParams, ErrorType::Timeout, ErrorType::Panic, ErrorType::Internal];

/// The series of one server.
#[doc(hidden)]
#[derive(Debug)]
pub struct ServerMetrics {
    server: Server,
    mcp: McpFamilies,
    otel: OtelMcpFamilies,
    methods: [MethodSeries; Method::ALL.len()],
    tools: Vec<ToolSeries>,
    unknown_tool: ToolSeries,
    in_flight: Option<IntGauge>,
    /// What `tools/list` answers; describing a tool takes a while.
    described: OnceLock<Vec<rmcp::model::Tool>>,
    /// The tools that are added at run time, and those of a handler written by hand, as they become known.
    learnt: RwLock<HashMap<&'static str, &'static ToolSeries>>,
}

#[derive(Debug, Default)]
struct MethodSeries {
    requests: OnceLock<[Counter; 3]>,
    duration: OnceLock<Histogram>,
}

/// The series of one tool.
#[derive(Debug)]
pub(crate) struct ToolSeries {
    tool: Tool,
    calls: OnceLock<[Counter; 3]>,
    duration: OnceLock<Histogram>,
    bytes: OnceLock<Histogram>,
}

impl ToolSeries {
    const fn new(tool: Tool) -> Self {
        ToolSeries { tool, calls: OnceLock::new(), duration: OnceLock::new(), bytes: OnceLock::new() }
    }

    /// The name of the tool, if it is one of the server's own.
    pub(super) fn known_name(&self) -> Option<&'static str> {
        Some(self.tool.0).filter(|name| *name != Tool::UNKNOWN.0)
    }
}

/// How a request ended.
pub(super) struct Outcome {
    method: Method,
    pub(super) tool: Option<&'static ToolSeries>,
    pub(super) status: Status,
    /// Why the request failed, where its answer does not say.
    pub(super) error: Option<ErrorType>,
    /// The code of the JSON-RPC error that was answered.
    pub(super) code: Option<i32>,
    pub(super) result_bytes: Option<usize>,
    /// How the request came, where a family asks for it.
    origin: Option<(Transport, ProtocolVersion)>,
}

impl Outcome {
    fn new(method: Method, origin: Option<(Transport, ProtocolVersion)>) -> Self {
        Outcome { method, tool: None, status: Status::Cancelled, error: None, code: None, result_bytes: None, origin }
    }

    /// Of a request that the layer around this one records.
    pub(super) fn recorded_outside(method: Method) -> Self {
        Outcome::new(method, None)
    }

    /// Whether the request has no end of its own.
    pub(super) fn is_subscription(&self) -> bool {
        self.method == Method::SubscriptionsListen
    }

    /// The version that both sides agreed on, where the answer says it.
    pub(super) fn agreed_on(&mut self, version: ProtocolVersion) {
        if let Some((_, asked)) = &mut self.origin {
            *asked = version;
        }
    }

    fn error_type(&self) -> ErrorType {
        self.error.unwrap_or_else(|| match self.code.map(ErrorCode) {
            Some(ErrorCode::METHOD_NOT_FOUND) => ErrorType::UnknownMethod,
            Some(ErrorCode::INVALID_PARAMS | ErrorCode::RESOURCE_NOT_FOUND) => ErrorType::InvalidParams,
            _ => ErrorType::Internal,
        })
    }

    fn otel_error(&self) -> otel_mcp::ErrorType {
        match (self.status, self.code) {
            (Status::Success, _) => otel_mcp::ErrorType::None,
            (Status::Cancelled, _) => otel_mcp::ErrorType::Cancelled,
            (Status::Error, Some(code)) => otel_mcp::ErrorType::from_code(code),
            // With an error of HTTP alone.
            (Status::Error, None) if self.error == Some(ErrorType::Refused) => otel_mcp::ErrorType::Other,
            (Status::Error, None) => otel_mcp::ErrorType::ToolError,
        }
    }
}

/// The servers of handlers written by hand: an application makes a handler for each HTTP session, and one server's series
/// live as long as the process.
static BY_HAND: Mutex<BTreeMap<(String, &str), &'static ServerMetrics>> = Mutex::new(BTreeMap::new());

impl ServerMetrics {
    /// The series of the server of this name with these tools, which answers these methods by handlers of its own. Exposed from here
    /// on: what it counts of its methods and tools, and the durations of what its own code answers.
    pub fn new(
        server: &'static str,
        families: Families,
        tools: impl IntoIterator<Item = &'static str>,
        handlers: &[Method],
    ) -> Self {
        let server = Server(server);
        let mcp = families.mcp;
        let metrics = ServerMetrics {
            server,
            mcp,
            otel: families.otel_mcp,
            methods: Default::default(),
            tools: tools.into_iter().map(|tool| ToolSeries::new(Tool(tool))).collect(),
            unknown_tool: ToolSeries::new(Tool::UNKNOWN),
            in_flight: mcp.requests_in_flight.map(|family| family(server)),
            described: OnceLock::new(),
            learnt: RwLock::default(),
        };
        for method in Method::ALWAYS {
            metrics.requests(*method);
        }
        for method in handlers {
            metrics.requests(*method);
            metrics.request_duration(*method);
        }
        if !metrics.tools.is_empty() || handlers.contains(&Method::ToolsList) {
            metrics.requests(Method::ToolsList);
            metrics.expose_calls();
        }
        for tool in &metrics.tools {
            metrics.expose_tool(tool);
        }
        for transport in [Transport::Stdio, Transport::Http] {
            metrics.sessions_active(transport);
        }
        metrics
    }

    /// The series of a server whose handler was written by hand, made when its name is first seen.
    pub(crate) fn by_hand(server: String, families: Families) -> &'static Self {
        let mut servers = BY_HAND.lock().unwrap_or_else(PoisonError::into_inner);
        servers.entry((server, families.place)).or_insert_with_key(|(server, _)| {
            let name: &'static str = server.clone().leak();
            Box::leak(Box::new(ServerMetrics::new(name, families, [], &[])))
        })
    }

    fn expose_calls(&self) {
        self.requests(Method::ToolsCall);
        self.request_duration(Method::ToolsCall);
        self.calls(&self.unknown_tool);
        if let Some(family) = self.mcp.errors_total {
            for error in TOOL_ERRORS.into_iter().chain([ErrorType::UnknownTool]) {
                family(self.server, Method::ToolsCall, error);
            }
        }
    }

    fn expose_tool(&self, tool: &ToolSeries) {
        self.calls(tool);
        self.call_duration(tool);
        self.bytes(tool);
        // Of the types of each tool the one that tools decide about: all of them would be many series that stay 0.
        if let Some(family) = self.mcp.tool_errors_total {
            family(self.server, tool.tool, ErrorType::ToolError);
        }
    }

    fn requests(&self, method: Method) -> Option<&[Counter; 3]> {
        let family = self.mcp.requests_total?;
        let make = || Status::ALL.map(|status| family(self.server, method, status));
        Some(self.methods[method as usize].requests.get_or_init(make))
    }

    fn request_duration(&self, method: Method) -> Option<Histogram> {
        let family = self.mcp.request_duration_seconds?;
        Some(*self.methods[method as usize].duration.get_or_init(|| family(self.server, method)))
    }

    fn calls<'t>(&self, tool: &'t ToolSeries) -> Option<&'t [Counter; 3]> {
        let family = self.mcp.tool_calls_total?;
        Some(tool.calls.get_or_init(|| Status::ALL.map(|status| family(self.server, tool.tool, status))))
    }

    fn call_duration(&self, tool: &ToolSeries) -> Option<Histogram> {
        let family = self.mcp.tool_call_duration_seconds?;
        Some(*tool.duration.get_or_init(|| family(self.server, tool.tool)))
    }

    fn bytes(&self, tool: &ToolSeries) -> Option<Histogram> {
        let family = self.mcp.result_bytes?;
        Some(*tool.bytes.get_or_init(|| family(self.server, tool.tool)))
    }

    /// The series of a tool that was learnt.
    pub(crate) fn learnt(&self, name: &str) -> Option<&'static ToolSeries> {
        self.learnt.read().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    /// Learns one of the handler's own tools.
    pub(crate) fn learn(&'static self, name: &str) -> &'static ToolSeries {
        let mut learnt = self.learnt.write().unwrap_or_else(PoisonError::into_inner);
        match learnt.get(name) {
            Some(tool) => tool,
            // Only a handler that makes up tools has so many.
            None if learnt.len() >= MOST_LEARNT => &self.unknown_tool,
            None => {
                if learnt.is_empty() {
                    self.expose_calls();
                }
                let name: &'static str = name.to_owned().leak();
                let tool: &'static ToolSeries = Box::leak(Box::new(ToolSeries::new(Tool(name))));
                self.expose_tool(tool);
                learnt.insert(name, tool);
                tool
            }
        }
    }

    /// The series of the tool at this place, or of `unknown`.
    pub(crate) fn tool(&self, tool: Option<usize>) -> &ToolSeries {
        tool.and_then(|tool| self.tools.get(tool)).unwrap_or(&self.unknown_tool)
    }

    /// The descriptions of the tools, made at the first use.
    pub(crate) fn described(&self, describe: fn() -> Vec<rmcp::model::Tool>) -> &[rmcp::model::Tool] {
        self.described.get_or_init(describe)
    }

    /// A request that arrived: in flight until it is recorded, and cancelled unless it has an answer by then.
    #[inline]
    pub(super) fn request_arrived(&self, method: Method, context: &RequestContext<RoleServer>) -> Outcome {
        if let Some(in_flight) = self.in_flight {
            in_flight.inc();
        }
        Outcome::new(
            method,
            self.otel
                .mcp_server_operation_duration_seconds
                .map(|_| (origin::transport(context), origin::version(context))),
        )
    }

    /// Records a request that has ended, in this span.
    pub(super) fn record(&self, outcome: &Outcome, ticks: u64, span: Sampled) {
        if let Some(in_flight) = self.in_flight {
            in_flight.dec();
        }
        self.record_ended(outcome, ticks, span);
    }

    fn record_ended(&self, outcome: &Outcome, ticks: u64, span: Sampled) {
        let Outcome { method, status, .. } = *outcome;
        if let Some(requests) = self.requests(method) {
            span.inc(requests[status as usize]);
        }
        if let Some(duration) = self.request_duration(method) {
            span.observe_ticks(duration, ticks);
        }
        if let Some(tool) = outcome.tool {
            if let Some(calls) = self.calls(tool) {
                span.inc(calls[status as usize]);
            }
            if let Some(duration) = self.call_duration(tool) {
                span.observe_ticks(duration, ticks);
            }
            if let (Some(bytes), Some(size)) = (self.bytes(tool), outcome.result_bytes) {
                span.observe(bytes, size as f64);
            }
        }
        if status == Status::Error {
            if let Some(family) = self.mcp.errors_total {
                span.inc(family(self.server, method, outcome.error_type()));
            }
            if let (Some(family), Some(tool)) = (self.mcp.tool_errors_total, outcome.tool) {
                span.inc(family(self.server, tool.tool, outcome.error_type()));
            }
        }
        if let Some(family) = self.otel.mcp_server_operation_duration_seconds
            && let Some((transport, version)) = outcome.origin
        {
            let tool = outcome.tool.map_or(ToolName::NONE, |tool| ToolName(tool.tool.0));
            let duration = family(method, tool, outcome.otel_error(), network(transport), version);
            span.observe_ticks(duration, ticks);
        }
    }

    /// Records a request that was refused before a handler saw it.
    pub(super) fn record_refused(
        &self,
        method: Method,
        origin: (Transport, ProtocolVersion),
        code: Option<i32>,
        ticks: u64,
        span: Sampled,
    ) {
        let mut outcome = Outcome::new(method, Some(origin));
        (outcome.status, outcome.error, outcome.code) = (Status::Error, Some(ErrorType::Refused), code);
        self.record_ended(&outcome, ticks, span);
    }

    /// The open sessions over a transport.
    pub(crate) fn sessions_active(&self, transport: Transport) -> Option<IntGauge> {
        Some(self.mcp.sessions_active?(self.server, transport))
    }

    /// Records that a session was opened.
    pub(crate) fn session_opened(&'static self, transport: Transport, version: ProtocolVersion) -> Session {
        if let Some(family) = self.mcp.sessions_total {
            family(self.server, transport, version).inc();
        }
        if let Some(open) = self.sessions_active(transport) {
            open.inc();
        }
        Session { metrics: self, transport, version, start: clock::now() }
    }

    fn session_ended(&self, transport: Transport, version: ProtocolVersion, ticks: u64) {
        if let Some(family) = self.mcp.session_duration_seconds {
            family(self.server, transport).observe_ticks(ticks);
        }
        if let Some(family) = self.otel.mcp_server_session_duration_seconds {
            family(otel_mcp::ErrorType::None, network(transport), version).observe_ticks(ticks);
        }
        // Last: a session that is not active any more has its duration.
        if let Some(open) = self.sessions_active(transport) {
            open.dec();
        }
    }
}

/// A session that is open; its duration is recorded when this is dropped.
#[derive(Debug)]
pub(crate) struct Session {
    metrics: &'static ServerMetrics,
    transport: Transport,
    version: ProtocolVersion,
    start: u64,
}

impl Drop for Session {
    fn drop(&mut self) {
        let ticks = clock::now().saturating_sub(self.start);
        self.metrics.session_ended(self.transport, self.version, ticks);
    }
}

fn network(transport: Transport) -> NetworkTransport {
    match transport {
        Transport::Stdio => NetworkTransport::Pipe,
        Transport::Http => NetworkTransport::Tcp,
    }
}
