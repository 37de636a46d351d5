//! What every MCP server of the system exposes.

use crate::{Label, descriptor::LabelValues, metrics};

/// An MCP server, by the name in its attribute.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Server(pub &'static str);

/// A tool of a server, by the name in its attribute; `unknown` for every name that is not one of the server's own.
#[derive(Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Tool(pub &'static str);

impl Tool {
    /// What calls of tools that a server does not have are recorded as.
    pub const UNKNOWN: Tool = Tool("unknown");
}

/// A request method of the protocol; every other name counts as `other`.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the method in its attribute")]
pub enum Method {
    #[label(rename = "initialize")]
    Initialize,
    #[label(rename = "ping")]
    Ping,
    #[label(rename = "server/discover")]
    ServerDiscover,
    #[label(rename = "completion/complete")]
    CompletionComplete,
    #[label(rename = "logging/setLevel")]
    LoggingSetLevel,
    #[label(rename = "prompts/get")]
    PromptsGet,
    #[label(rename = "prompts/list")]
    PromptsList,
    #[label(rename = "resources/list")]
    ResourcesList,
    #[label(rename = "resources/templates/list")]
    ResourcesTemplatesList,
    #[label(rename = "resources/read")]
    ResourcesRead,
    #[label(rename = "resources/subscribe")]
    ResourcesSubscribe,
    #[label(rename = "resources/unsubscribe")]
    ResourcesUnsubscribe,
    #[label(rename = "resources/directory/read")]
    ResourcesDirectoryRead,
    #[label(rename = "subscriptions/listen")]
    SubscriptionsListen,
    #[label(rename = "tools/call")]
    ToolsCall,
    #[label(rename = "tools/list")]
    ToolsList,
    #[label(rename = "tasks/get")]
    TasksGet,
    #[label(rename = "tasks/update")]
    TasksUpdate,
    #[label(rename = "tasks/cancel")]
    TasksCancel,
    #[label(rename = "skills/list")]
    SkillsList,
    #[label(rename = "skills/get")]
    SkillsGet,
    #[label(rename = "other")]
    Other,
}

impl Method {
    /// All methods, in the order of the label's values.
    pub const ALL: [Method; 22] = [
        Method::Initialize,
        Method::Ping,
        Method::ServerDiscover,
        Method::CompletionComplete,
        Method::LoggingSetLevel,
        Method::PromptsGet,
        Method::PromptsList,
        Method::ResourcesList,
        Method::ResourcesTemplatesList,
        Method::ResourcesRead,
        Method::ResourcesSubscribe,
        Method::ResourcesUnsubscribe,
        Method::ResourcesDirectoryRead,
        Method::SubscriptionsListen,
        Method::ToolsCall,
        Method::ToolsList,
        Method::TasksGet,
        Method::TasksUpdate,
        Method::TasksCancel,
        Method::SkillsList,
        Method::SkillsGet,
        Method::Other,
    ];

    /// The method of this name; `Other` for a name that the protocol does not have.
    ///
    /// ```
    /// use cryptofunk_metrics::catalog::mcp::Method;
    ///
    /// assert_eq!(Method::from_name("tools/call"), Method::ToolsCall);
    /// assert_eq!(Method::from_name("drop/tables"), Method::Other);
    /// ```
    pub fn from_name(name: &str) -> Self {
        let LabelValues::Closed(names) = Self::VALUES else { return Method::Other };
        names.iter().position(|known| *known == name).map_or(Method::Other, |at| Self::ALL[at])
    }
}

/// How a request or a call ended.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With a result.
    Success,
    /// With an error, an error result, bad arguments, a timeout or a panic.
    Error,
    /// The client cancelled it or went away.
    Cancelled,
}

/// How clients reach a server.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Standard input and output.
    Stdio,
    /// Streamable HTTP.
    Http,
}

#[metrics(namespace = "cryptofunk", subsystem = "mcp", lazy)]
mod declarations {
    /// Total MCP requests by method and status.
    pub fn requests_total(server: Server, method: Method, status: Status) -> Counter;

    /// MCP request latency distribution.
    #[metric(buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0])]
    pub fn request_duration_seconds(server: Server, method: Method) -> Histogram;

    /// Total tool calls by tool name and status.
    pub fn tool_calls_total(server: Server, tool: Tool, status: Status) -> Counter;

    /// Tool call latency distribution.
    #[metric(buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0])]
    pub fn tool_call_duration_seconds(server: Server, tool: Tool) -> Histogram;

    /// MCP requests that are being answered now.
    pub fn requests_in_flight(server: Server) -> IntGauge;

    /// Client sessions that are open now.
    pub fn sessions_active(server: Server, transport: Transport) -> IntGauge;
}
pub use declarations::*;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Part;

    #[test]
    fn all_methods_are_in_the_order_of_the_label() {
        for (at, method) in Method::ALL.iter().enumerate() {
            assert!(matches!(method.part(), Part::Index(index) if index == at));
        }
    }
}
