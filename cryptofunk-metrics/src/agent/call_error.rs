use std::time::Duration;

/// How long a connection and a call may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Why a call of [`McpClient`](super::McpClient) has no result.
///
/// `Display` is a sentence that names the server and the tool. Of `Unreachable` and `Late`, the server may still have run the tool.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The server does not answer, or the connection was lost.
    #[error("{server} cannot be reached at {url}: {reason}")]
    Unreachable {
        /// The server's name.
        server: &'static str,
        /// Where it should be.
        url: String,
        /// What happened.
        reason: String,
    },
    /// No answer came within 10 s.
    #[error("{server} has not answered `{tool}` within {} s", PATIENCE.as_secs())]
    Late {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
    },
    /// The tool returned an error: a result with `is_error`.
    #[error("`{tool}` of {server} failed: {message}")]
    Tool {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
        /// The code of the error, if the tool gives one; see [`ToolErrorCode`](crate::mcp::ToolErrorCode).
        code: Option<String>,
        /// What it says.
        message: String,
    },
    /// The server answered with an error of the protocol, such as -32602 for an unknown tool.
    #[error("`{tool}` of {server} failed: {message}")]
    Failed {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
        /// The code of the JSON-RPC error.
        code: i32,
        /// What it says.
        message: String,
    },
    /// The structured content cannot be read as the type that was asked for.
    #[error("`{tool}` of {server} answered something else than was expected: {reason}")]
    Unreadable {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
        /// What does not fit.
        reason: String,
    },
}

impl CallError {
    /// The code of a tool's error; `None` for other errors, and for tools without codes. Decide by the code: the text may change.
    ///
    /// ```
    /// use cryptofunk_metrics::agent::{CallError, McpClient};
    ///
    /// async fn temperature(weather: &McpClient) -> Result<Option<f64>, CallError> {
    ///     match weather.call("temperature", serde_json::json!({ "station": "north" })).await {
    ///         Err(error) if error.code() == Some("silent") => Ok(None),
    ///         answer => answer.map(Some),
    ///     }
    /// }
    /// ```
    pub fn code(&self) -> Option<&str> {
        match self {
            CallError::Tool { code, .. } => code.as_deref(),
            _ => None,
        }
    }
}
