//! What servers and tools promise: service level objectives, and what the compiler refuses of them.
//!
//! `slo(…)` in `#[mcp_server]` and `#[mcp_tool]` writes them into descriptors. `cryptofunk-metrics-tools` makes recording rules, alerts and
//! panels of them.
//!

/// What a server promises of its requests, or a tool of its calls.
///
/// # What counts
///
/// - **Requests of a server** are those that do its work: `tools/call`, `prompts/get`, `resources/read` and `completion/complete`. Pings, lists and
///   handshakes, which hardly fail, would hide the failures of the others.
/// - **A success** is a result. **A failure** is a tool error, a timeout, a panic and another error of the server.
/// - **Mistakes of the caller** count as neither: wrong arguments, an unknown tool or method, a refused request, a cancelled call.
/// - **A latency** is a share of all calls of the duration's family, failed ones included. Its bound is a bucket bound of the family, since only
///   calls within a bound are counted: `request_duration_seconds` for a server, `tool_call_duration_seconds` for a tool, and
///   `mcp_server_operation_duration_seconds` where a server has the convention `otel-mcp` alone.
///
/// # Servers and tools
///
/// A tool may promise more than its server, but not less: a tool with many calls could then keep its promise and break the server's. A
/// latency contradicts the server's if it promises the same share or less within the same time or more. To exempt a slow tool, promise less
/// for the server, and more for the other tools. A tool without an objective counts only for the server's.
///
/// An objective of 100 % is refused: it has no error budget, so every failure would break it and no alert could tell a bad day from one failure.
///
/// ```
/// use cryptofunk_metrics::{Component, McpServer, descriptor::Objective, mcp_server};
///
/// struct Weather;
///
/// /// Knows the weather.
/// #[mcp_server(name = "weather", port = 9300, slo(success = 99.5))]
/// impl Weather {
///     /// The weather of a city.
///     #[mcp_tool(slo(success = 99.9, latency(99 < "200ms")))]
///     async fn forecast(&self, city: String) -> String {
///         format!("Sunny in {city}.")
///     }
/// }
///
/// assert_eq!(Weather::OBJECTIVE.success, Some(99.5));
/// let latency = Weather::TOOLS[0].objective.latency.expect("a latency");
/// assert_eq!((latency.percent, latency.seconds), (99.0, 0.2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Objective {
    /// How many percent of the calls succeed, such as 99.5. `None` promises nothing.
    pub success: Option<f64>,
    /// How many percent of the calls are fast enough. `None` promises nothing.
    pub latency: Option<LatencyObjective>,
}

/// A share of calls, and the time in which they are answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatencyObjective {
    /// How many percent of the calls.
    pub percent: f64,
    /// The time, in seconds. It is an upper bound of a bucket of the duration's family.
    pub seconds: f64,
}

impl Objective {
    /// Nothing is promised.
    pub const NONE: Objective = Objective { success: None, latency: None };

    /// An objective with these parts.
    pub const fn new(success: Option<f64>, latency: Option<LatencyObjective>) -> Self {
        Objective { success, latency }
    }

    /// Whether nothing is promised.
    pub const fn is_none(&self) -> bool {
        self.success.is_none() && self.latency.is_none()
    }
}
