//! The convention `mcp`: what an MCP server exposes, under the names of the metrics guide.

use crate::{
    cell::{Counter, Histogram, IntGauge},
    label::Label,
};

/// Where clients of older protocol versions find the code of a tool error: a key of the result's `_meta`.
#[doc(hidden)]
pub const ERROR_META_KEY: &str = "cryptofunk-metrics/error";

/// The label `server`: an MCP server, by the name in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Server(pub &'static str);

/// The label `tool`: a tool of a server, by its name. Names that the server does not have become `unknown`, so clients cannot add series.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Tool(pub &'static str);

impl Tool {
    /// The value for calls of tools that a server does not have.
    pub const UNKNOWN: Tool = Tool("unknown");
}

cryptofunk_metrics_macros::__method_label!();

impl Method {
    /// The method of this name. A name that the protocol does not have is `Other`.
    ///
    /// ```
    /// use cryptofunk_metrics::catalog::mcp::Method;
    ///
    /// assert_eq!(Method::from_name("tools/call"), Method::ToolsCall);
    /// assert_eq!(Method::from_name("drop/tables"), Method::Other);
    /// ```
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|method| method.label_value() == name).unwrap_or(Method::Other)
    }
}

/// The label `status`: how a request or a call ended.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With a result.
    Success,
    /// With an error, an error result, bad arguments, a timeout or a panic.
    Error,
    /// The client cancelled it or went away.
    Cancelled,
}

#[cfg(any(feature = "mcp", feature = "mcp-client"))]
impl Status {
    pub(crate) const ALL: [Status; 3] = [Status::Success, Status::Error, Status::Cancelled];
}

/// The label `type` of errors: why a request or a call failed.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
pub enum ErrorType {
    /// The tool answered with an error.
    ToolError,
    /// The parameters or arguments are wrong.
    InvalidParams,
    /// The server has no such tool.
    UnknownTool,
    /// The server has no such method.
    UnknownMethod,
    /// There was no answer in time.
    Timeout,
    /// The handler panicked.
    Panic,
    /// The SDK refused the request before a handler saw it.
    Refused,
    /// Another error of the protocol.
    Internal,
}

/// The label `transport`: how clients reach a server.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Standard input and output.
    Stdio,
    /// Streamable HTTP.
    Http,
}

/// The label `protocol_version`. A version that this library does not know is `other`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant is the version in its attribute")]
pub enum ProtocolVersion {
    #[label(rename = "2024-11-05")]
    V2024_11_05,
    #[label(rename = "2025-03-26")]
    V2025_03_26,
    #[label(rename = "2025-06-18")]
    V2025_06_18,
    #[label(rename = "2025-11-25")]
    V2025_11_25,
    #[label(rename = "2026-07-28")]
    V2026_07_28,
    #[label(rename = "other")]
    Other,
}

impl ProtocolVersion {
    const KNOWN: [ProtocolVersion; 5] = [
        ProtocolVersion::V2024_11_05,
        ProtocolVersion::V2025_03_26,
        ProtocolVersion::V2025_06_18,
        ProtocolVersion::V2025_11_25,
        ProtocolVersion::V2026_07_28,
    ];

    /// The version of this name, such as `2025-11-25`. An unknown one is `Other`.
    pub fn from_name(name: &str) -> Self {
        Self::KNOWN.into_iter().find(|version| version.label_value() == name).unwrap_or(ProtocolVersion::Other)
    }
}

families! {
    /// The families of a module with the convention `mcp`, as far as it has not left them out.
    McpFamilies {
        requests_total: fn(Server, Method, Status) -> Counter,
        request_duration_seconds: fn(Server, Method) -> Histogram,
        tool_calls_total: fn(Server, Tool, Status) -> Counter,
        tool_call_duration_seconds: fn(Server, Tool) -> Histogram,
        errors_total: fn(Server, Method, ErrorType) -> Counter,
        tool_errors_total: fn(Server, Tool, ErrorType) -> Counter,
        requests_in_flight: fn(Server) -> IntGauge,
        sessions_active: fn(Server, Transport) -> IntGauge,
        sessions_total: fn(Server, Transport, ProtocolVersion) -> Counter,
        session_duration_seconds: fn(Server, Transport) -> Histogram,
        result_bytes: fn(Server, Tool) -> Histogram,
    }
}
