//! What the two conventions of MCP servers call things, so that rules and dashboards are written once.

use crate::pack::{draft::quoted, error::PackError, families::Families};

/// Methods that do a server's work. Pings, lists and handshakes would hide their failures.
const WORK: &str = "tools/call|prompts/get|resources/read|completion/complete";

/// Series of one family.
#[derive(Debug, Clone)]
pub(super) struct Series {
    family: String,
    filter: String,
}

impl Series {
    pub(super) fn of(family: impl Into<String>) -> Self {
        Series { family: family.into(), filter: String::new() }
    }

    /// Those of them that fit.
    pub(super) fn with(&self, filter: &str) -> Self {
        let comma = if self.filter.is_empty() || filter.is_empty() { "" } else { "," };
        Series { family: self.family.clone(), filter: format!("{}{comma}{filter}", self.filter) }
    }

    pub(super) fn family(&self) -> &str {
        &self.family
    }

    /// The buckets of a histogram, or its count.
    fn part(&self, part: &str) -> Self {
        Series { family: format!("{}{part}", self.family), filter: self.filter.clone() }
    }
}

/// A histogram.
#[derive(Debug, Clone)]
pub(super) struct Durations {
    series: Series,
    pub(super) bounds: &'static [f64],
}

impl Durations {
    pub(super) fn buckets(&self) -> Series {
        self.series.part("_bucket")
    }

    pub(super) fn count(&self) -> Series {
        self.series.part("_count")
    }
}

/// Calls that succeeded, those that failed through the server's fault, and how long they took.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) good: Series,
    pub(super) bad: Series,
}

/// A convention.
#[derive(Debug)]
pub(super) struct Dialect {
    /// The label of the server, of the tool, of the method and of the type of an error.
    pub(super) server: &'static str,
    pub(super) tool: &'static str,
    pub(super) method: &'static str,
    pub(super) kind: &'static str,
    /// What names the server of a series that does not.
    joined: Option<&'static str>,
    pub(super) requests: Option<Series>,
    pub(super) failed_requests: Option<Series>,
    pub(super) calls: Option<Series>,
    pub(super) failed_calls: Option<Series>,
    /// Failed requests by type.
    pub(super) errors: Option<Series>,
    pub(super) request_durations: Option<Durations>,
    pub(super) call_durations: Option<Durations>,
    /// The requests that a server's objective is about.
    pub(super) work: Option<Kept>,
    pub(super) work_durations: Option<Durations>,
    pub(super) tool_work: Option<Kept>,
    /// The matcher of errors that are panics, and of those that were refused before a handler saw them.
    pub(super) panics: Option<&'static str>,
    pub(super) refused: Option<&'static str>,
    /// How sessions are told apart.
    pub(super) protocol: &'static str,
    pub(super) transport: &'static str,
    pub(super) session_durations: Option<Durations>,
}

impl Dialect {
    /// The convention of the servers of a catalogue: the guide's, if they have both.
    pub(super) fn of(families: &Families) -> Result<Option<Self>, PackError> {
        if families.get("mcp", "mcp_requests_total").or(families.get("mcp", "mcp_tool_calls_total")).is_some() {
            return Ok(Some(guide(families)));
        }
        let Some(operations) = durations(families, "otel-mcp", "mcp_server_operation_duration_seconds") else {
            return Ok(None);
        };
        let joined = families.name("component", "build_info").ok_or(PackError::NoServer)?;
        Ok(Some(otel(families, &operations, joined)))
    }

    /// A function of series over a window, for the servers whose name fits.
    pub(super) fn over(&self, function: &str, series: &Series, servers: &str, window: &str) -> String {
        let servers = if servers.is_empty() { String::new() } else { format!("{}{}", self.server, fits(servers)) };
        match self.joined {
            None => {
                let Series { family, filter } = Series::of(&*series.family).with(&servers).with(&series.filter);
                format!("{function}({family}{}[{window}])", braces(&filter))
            }
            Some(info) => {
                let Series { family, filter } = series;
                let info = format!("{info}{}", braces(&servers));
                format!(
                    "{function}({family}{}[{window}]) * on (job, instance) group_left ({}) {info}",
                    braces(filter),
                    self.server
                )
            }
        }
    }

    pub(super) fn rate(&self, series: &Series, servers: &str, window: &str) -> String {
        self.over("rate", series, servers, window)
    }

    /// The series whose values of the server's label readers choose from.
    pub(super) fn choices(&self) -> Option<String> {
        let of_series = || self.requests.as_ref().or(self.calls.as_ref()).map(|series| series.family.clone());
        self.joined.map(str::to_owned).or_else(of_series)
    }

    /// The level of a recording rule by server, and by server and tool.
    pub(super) fn levels(&self) -> [String; 2] {
        [self.server.to_owned(), format!("{}_{}", self.server, self.tool)]
    }

    /// Labels of input series of tests that name a server.
    pub(super) fn joins(&self) -> Option<&'static str> {
        self.joined
    }
}

/// An operator and a value: a list of names is a regular expression.
pub(super) fn fits(names: &str) -> String {
    let operator = if names.contains(['|', '$', '*']) { "=~" } else { "=" };
    format!("{operator}{}", quoted(names))
}

fn braces(filter: &str) -> String {
    if filter.is_empty() { String::new() } else { format!("{{{filter}}}") }
}

fn durations(families: &Families, convention: &str, end: &str) -> Option<Durations> {
    families.get(convention, end).map(|family| Durations { series: Series::of(family.name), bounds: family.buckets })
}

fn guide(families: &Families) -> Dialect {
    const FAULTS: &str = r#"type=~"tool_error|timeout|panic|internal""#;
    let series = |end: &str| families.name("mcp", end).map(Series::of);
    let kept = |all: &Option<Series>, failed: Option<Series>, filter: &str| {
        let (all, failed) = (all.as_ref()?.with(filter), failed?.with(filter));
        Some(Kept { good: all.with(r#"status="success""#), bad: failed.with(FAULTS) })
    };
    let (requests, calls) = (series("mcp_requests_total"), series("mcp_tool_calls_total"));
    let request_durations = durations(families, "mcp", "mcp_request_duration_seconds");
    let work = format!("method=~\"{WORK}\"");
    let is_error = r#"status="error""#;
    Dialect {
        server: "server",
        tool: "tool",
        method: "method",
        kind: "type",
        joined: None,
        failed_requests: requests.as_ref().map(|all| all.with(is_error)),
        failed_calls: calls.as_ref().map(|all| all.with(is_error)),
        errors: series("mcp_errors_total"),
        work_durations: request_durations
            .as_ref()
            .map(|all| Durations { series: all.series.with(&work), bounds: all.bounds }),
        request_durations,
        call_durations: durations(families, "mcp", "mcp_tool_call_duration_seconds"),
        work: kept(&requests, series("mcp_errors_total"), &work),
        tool_work: kept(&calls, series("mcp_tool_errors_total"), ""),
        requests,
        calls,
        panics: Some(r#"type="panic""#),
        refused: Some(r#"type="refused""#),
        protocol: "protocol_version",
        transport: "transport",
        session_durations: durations(families, "mcp", "mcp_session_duration_seconds"),
    }
}

fn otel(families: &Families, operations: &Durations, joined: &'static str) -> Dialect {
    // A panic is answered with a result that says it is an error, as a timeout is.
    const FAULTS: &str = r#"error_type=~"tool_error|timeout|-32603""#;
    const FAILED: &str = r#"error_type!~"|cancelled""#;
    let with = |filter: &str| Durations { series: operations.series.with(filter), bounds: operations.bounds };
    let of_tools = with(r#"gen_ai_tool_name!="""#);
    let work = with(&format!("mcp_method_name=~\"{WORK}\""));
    let kept = |all: &Durations| Kept { good: all.count().with(r#"error_type="""#), bad: all.count().with(FAULTS) };
    Dialect {
        server: "component",
        tool: "gen_ai_tool_name",
        method: "mcp_method_name",
        kind: "error_type",
        joined: Some(joined),
        requests: Some(operations.count()),
        failed_requests: Some(operations.count().with(FAILED)),
        calls: Some(of_tools.count()),
        failed_calls: Some(of_tools.count().with(FAILED)),
        errors: Some(operations.count().with(FAILED)),
        work: Some(kept(&work)),
        tool_work: Some(kept(&of_tools)),
        request_durations: Some(operations.clone()),
        call_durations: Some(of_tools),
        work_durations: Some(work),
        panics: None,
        refused: None,
        protocol: "mcp_protocol_version",
        transport: "network_transport",
        session_durations: durations(families, "otel-mcp", "mcp_server_session_duration_seconds"),
    }
}
