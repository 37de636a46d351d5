//! The convention `otel-mcp`: OpenTelemetry's metrics of MCP servers and clients.
//!
//! Names, units and bounds are those of OpenTelemetry's semantic conventions for MCP. A label that does not apply (`error_type` of a
//! success, `gen_ai_tool_name` of another method) is empty, which Prometheus takes for absent, and is left out of the exposition.

use super::mcp::{Method, ProtocolVersion};
use crate::cell::Histogram;

/// The label `gen_ai_tool_name`: the tool that a request calls. Empty for other methods.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(fixed)]
pub struct ToolName(pub &'static str);

impl ToolName {
    /// The request calls no tool.
    pub const NONE: ToolName = ToolName("");
}

/// Why a request failed: the code of the JSON-RPC error, `tool_error` for a result that says it is one, empty for a success.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
pub enum ErrorType {
    /// The request succeeded.
    #[label(rename = "")]
    None,
    /// A result that says it is an error.
    ToolError,
    /// The client cancelled the request or went away.
    Cancelled,
    /// No answer in time, as seen by a client.
    Timeout,
    /// The text was no JSON.
    #[label(rename = "-32700")]
    ParseError,
    /// No request of JSON-RPC.
    #[label(rename = "-32600")]
    InvalidRequest,
    /// The server has no such method.
    #[label(rename = "-32601")]
    MethodNotFound,
    /// The parameters are wrong.
    #[label(rename = "-32602")]
    InvalidParams,
    /// The server failed.
    #[label(rename = "-32603")]
    InternalError,
    /// There is no such resource.
    #[label(rename = "-32002")]
    ResourceNotFound,
    /// Headers and body disagree.
    #[label(rename = "-32020")]
    HeaderMismatch,
    /// A capability that the client did not declare.
    #[label(rename = "-32021")]
    CapabilityUndeclared,
    /// A version of the protocol that the server does not speak.
    #[label(rename = "-32022")]
    UnsupportedVersion,
    /// The client has to elicit something at a URL first.
    #[label(rename = "-32042")]
    UrlElicitationRequired,
    /// Another error.
    #[label(rename = "_OTHER")]
    Other,
}

impl ErrorType {
    /// The type of a JSON-RPC error with this code, such as `-32602`.
    pub fn from_code(code: i32) -> Self {
        match code {
            -32700 => ErrorType::ParseError,
            -32600 => ErrorType::InvalidRequest,
            -32601 => ErrorType::MethodNotFound,
            -32602 => ErrorType::InvalidParams,
            -32603 => ErrorType::InternalError,
            -32002 => ErrorType::ResourceNotFound,
            -32020 => ErrorType::HeaderMismatch,
            -32021 => ErrorType::CapabilityUndeclared,
            -32022 => ErrorType::UnsupportedVersion,
            -32042 => ErrorType::UrlElicitationRequired,
            _ => ErrorType::Other,
        }
    }
}

/// How the other side is reached.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
pub enum NetworkTransport {
    /// Standard input and output.
    Pipe,
    /// Streamable HTTP.
    Tcp,
}

families! {
    /// The families of a module with the convention `otel-mcp`, as far as it has not left them out.
    OtelMcpFamilies {
        mcp_server_operation_duration_seconds: fn(Method, ToolName, ErrorType, NetworkTransport, ProtocolVersion) -> Histogram,
        mcp_server_session_duration_seconds: fn(ErrorType, NetworkTransport, ProtocolVersion) -> Histogram,
        mcp_client_operation_duration_seconds: fn(Method, ToolName, ErrorType, NetworkTransport, ProtocolVersion) -> Histogram,
        mcp_client_session_duration_seconds: fn(ErrorType, NetworkTransport, ProtocolVersion) -> Histogram,
    }
}
