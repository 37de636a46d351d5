//! Every series of one server, resolved when it starts, so that recording looks nothing up.

use std::sync::OnceLock;

use crate::{
    Counter, Histogram, IntGauge,
    catalog::mcp::{self, Method, Server, Status, Tool, Transport},
};

/// The counters by status and the durations of one method or tool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcomes {
    by_status: [Counter; 3],
    duration: Histogram,
}

impl Outcomes {
    fn of_tool(server: Server, tool: Tool) -> Self {
        Outcomes {
            by_status: STATUSES.map(|status| mcp::tool_calls_total(server, tool, status)),
            duration: mcp::tool_call_duration_seconds(server, tool),
        }
    }

    #[inline]
    pub(crate) fn record(&self, status: Status, ticks: u64) {
        self.by_status[status as usize].inc();
        self.duration.observe_ticks(ticks);
    }
}

const STATUSES: [Status; 3] = [Status::Success, Status::Error, Status::Cancelled];

/// The series of one server.
#[doc(hidden)]
#[derive(Debug)]
pub struct Series {
    server: Server,
    methods: [Outcomes; Method::ALL.len()],
    tools: Vec<Outcomes>,
    unknown_tool: Outcomes,
    in_flight: IntGauge,
    sessions: [IntGauge; 2],
    /// What `tools/list` answers; describing a tool takes a while.
    described: OnceLock<Vec<rmcp::model::Tool>>,
}

impl Series {
    /// The series of the server of this name with these tools; all of them are exposed from here on.
    pub fn new(server: &'static str, tools: impl IntoIterator<Item = &'static str>) -> Self {
        let server = Server(server);
        Series {
            server,
            methods: Method::ALL.map(|method| Outcomes {
                by_status: STATUSES.map(|status| mcp::requests_total(server, method, status)),
                duration: mcp::request_duration_seconds(server, method),
            }),
            tools: tools.into_iter().map(|tool| Outcomes::of_tool(server, Tool(tool))).collect(),
            unknown_tool: Outcomes::of_tool(server, Tool("unknown")),
            in_flight: mcp::requests_in_flight(server),
            sessions: [Transport::Stdio, Transport::Http].map(|transport| mcp::sessions_active(server, transport)),
            described: OnceLock::new(),
        }
    }

    /// Makes the series of a tool that is known only now.
    pub(crate) fn add_tool(&self, name: &'static str) -> Outcomes {
        Outcomes::of_tool(self.server, Tool(name))
    }

    pub(crate) fn method(&self, method: Method) -> &Outcomes {
        &self.methods[method as usize]
    }

    /// The series of the tool at this place, or of `unknown`.
    pub(crate) fn tool(&self, tool: Option<usize>) -> &Outcomes {
        tool.and_then(|tool| self.tools.get(tool)).unwrap_or(&self.unknown_tool)
    }

    /// The descriptions of the tools, made at the first use.
    pub(crate) fn described(&self, describe: fn() -> Vec<rmcp::model::Tool>) -> &[rmcp::model::Tool] {
        self.described.get_or_init(describe)
    }

    pub(crate) fn in_flight(&self) -> IntGauge {
        self.in_flight
    }

    pub(crate) fn sessions(&self, transport: Transport) -> IntGauge {
        self.sessions[transport as usize]
    }
}
