//! Every series of one server, resolved when it starts, so that recording looks nothing up.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, OnceLock, PoisonError, RwLock},
};

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

/// The most tools that a handler written by hand can have, each with series of its own.
const MOST_LEARNT: usize = 1_000;

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
    /// The tools of a handler written by hand, as they become known.
    learnt: RwLock<HashMap<&'static str, Outcomes>>,
}

/// The servers of handlers written by hand: an application makes a handler for each HTTP session, and one server's series
/// live as long as the process.
static BY_HAND: Mutex<BTreeMap<String, &'static Series>> = Mutex::new(BTreeMap::new());

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
            unknown_tool: Outcomes::of_tool(server, Tool::UNKNOWN),
            in_flight: mcp::requests_in_flight(server),
            sessions: [Transport::Stdio, Transport::Http].map(|transport| mcp::sessions_active(server, transport)),
            described: OnceLock::new(),
            learnt: RwLock::default(),
        }
    }

    /// The series of a server whose handler was written by hand, made when its name is first seen.
    pub(crate) fn by_hand(server: String) -> &'static Self {
        let mut servers = BY_HAND.lock().unwrap_or_else(PoisonError::into_inner);
        servers.entry(server).or_insert_with_key(|server| {
            let name: &'static str = server.clone().leak();
            Box::leak(Box::new(Series::new(name, [])))
        })
    }

    /// The series of a tool that was learnt.
    pub(crate) fn learnt(&self, name: &str) -> Option<Outcomes> {
        self.learnt.read().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    /// Learns one of the handler's own tools.
    pub(crate) fn learn(&self, name: &str) -> Outcomes {
        let mut learnt = self.learnt.write().unwrap_or_else(PoisonError::into_inner);
        match learnt.get(name) {
            Some(outcomes) => *outcomes,
            // Only a handler that makes up tools as clients ask for them has so many.
            None if learnt.len() >= MOST_LEARNT => self.unknown_tool,
            None => {
                let name: &'static str = name.to_owned().leak();
                *learnt.entry(name).or_insert_with(|| Outcomes::of_tool(self.server, Tool(name)))
            }
        }
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
