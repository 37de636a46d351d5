//! Calling the tools of MCP servers.

use std::time::Duration;

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, ErrorData},
    service::{RunningService, ServiceError},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use super::Agent;
use crate::{
    catalog::{
        agent as families,
        mcp::{Server, Status},
    },
    cell::{Counter, Histogram},
    clock,
};

/// How long a connection and a call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client of one MCP server over streamable HTTP: connects at the first call, and again when the connection is lost.
///
/// The calls of an agent are counted by outcome and timed.
#[derive(Debug)]
pub struct McpClient {
    server: &'static str,
    url: String,
    recorder: Option<Recorder>,
    session: Mutex<Option<std::sync::Arc<Session>>>,
}

type Session = RunningService<RoleClient, ()>;

#[derive(Debug, Clone, Copy)]
struct Recorder {
    calls: [Counter; 3],
    duration: Histogram,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Nobody answers there, or the connection was lost.
    #[error("{server} cannot be reached at {url}: {reason}")]
    Unreachable {
        /// The server's name.
        server: &'static str,
        /// Where it should be.
        url: String,
        /// What happened.
        reason: String,
    },
    /// There was no answer in time.
    #[error("{server} has not answered `{tool}` within {} s", PATIENCE.as_secs())]
    Late {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
    },
    /// The tool says that something is wrong.
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
    /// The server refuses the call with an error of the protocol.
    #[error("`{tool}` of {server} failed: {message}")]
    Failed {
        /// The server's name.
        server: &'static str,
        /// The tool that was called.
        tool: &'static str,
        /// What it says.
        message: String,
    },
    /// The result has another shape than was expected.
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
    /// The code of a tool's error, if it is one and has one: what to decide by, since the text may change.
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

impl McpClient {
    /// A client of the server of this name, whose MCP endpoint is at this URL: `http://127.0.0.1:9201/mcp`.
    pub fn new(server: &'static str, url: impl Into<String>) -> Self {
        McpClient { server, url: url.into(), recorder: None, session: Mutex::default() }
    }

    /// Records the calls as this agent's. The series exist from here on.
    #[must_use]
    pub fn recorded_by<A: Agent>(mut self) -> Self {
        let (agent, server) = (families::Agent(A::NAME), Server(self.server));
        let statuses = [Status::Success, Status::Error, Status::Cancelled];
        self.recorder = Some(Recorder {
            calls: statuses.map(|status| families::mcp_calls_total(agent, server, status)),
            duration: families::mcp_call_duration_seconds(agent, server),
        });
        self
    }

    /// Calls a tool with these arguments, which serialise to a JSON object, and reads its structured content.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, does not answer within ten seconds, or answers with an error or with another shape.
    pub async fn call<T: DeserializeOwned>(
        &self,
        tool: &'static str,
        arguments: impl Serialize,
    ) -> Result<T, CallError> {
        let mut call = Call { recorder: self.recorder, start: clock::now(), status: Status::Cancelled };
        let result = self.answer(tool, arguments).await;
        call.status = if result.is_ok() { Status::Success } else { Status::Error };
        result
    }

    /// Ends the session, if there is one.
    pub async fn close(&self) {
        self.session.lock().await.take();
    }

    async fn answer<T: DeserializeOwned>(&self, tool: &'static str, arguments: impl Serialize) -> Result<T, CallError> {
        let server = self.server;
        let unreadable = |reason: String| CallError::Unreadable { server, tool, reason };
        let arguments = match serde_json::to_value(arguments) {
            Ok(serde_json::Value::Object(arguments)) => arguments,
            Ok(_) => return Err(unreadable("the arguments are no JSON object".to_owned())),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let request = CallToolRequestParams::new(tool).with_arguments(arguments);
        let session = self.session().await?;
        let answer = match tokio::time::timeout(PATIENCE, session.call_tool(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(ServiceError::McpError(ErrorData { message, .. }))) => {
                // A server that was started again does not know the session any more.
                self.forget(&session).await;
                return Err(CallError::Failed { server, tool, message: message.into_owned() });
            }
            Ok(Err(error)) => {
                self.forget(&session).await;
                return Err(self.unreachable(&error));
            }
            Err(_) => {
                self.forget(&session).await;
                return Err(CallError::Late { server, tool });
            }
        };
        if answer.is_error == Some(true) {
            let text: Vec<&str> =
                answer.content.iter().filter_map(|block| block.as_text().map(|text| text.text.as_str())).collect();
            let code = answer.structured_content.as_ref().and_then(|content| content.get("code")?.as_str());
            return Err(CallError::Tool { server, tool, code: code.map(str::to_owned), message: text.join("\n") });
        }
        let value = answer.structured_content.ok_or_else(|| unreadable("no structured content".to_owned()))?;
        serde_json::from_value(value).map_err(|error| unreadable(error.to_string()))
    }

    async fn session(&self) -> Result<std::sync::Arc<Session>, CallError> {
        let mut session = self.session.lock().await;
        if let Some(session) = session.as_ref().filter(|session| !session.is_closed()) {
            return Ok(std::sync::Arc::clone(session));
        }
        let config = StreamableHttpClientTransportConfig::with_uri(self.url.clone());
        let transport = StreamableHttpClientTransport::from_config(config);
        let connected = match tokio::time::timeout(PATIENCE, ().serve(transport)).await {
            Ok(Ok(connected)) => std::sync::Arc::new(connected),
            Ok(Err(error)) => return Err(self.unreachable(&error)),
            Err(_) => return Err(self.unreachable(&"no answer to the opening of a session")),
        };
        *session = Some(std::sync::Arc::clone(&connected));
        Ok(connected)
    }

    async fn forget(&self, lost: &std::sync::Arc<Session>) {
        let mut session = self.session.lock().await;
        if session.as_ref().is_some_and(|session| std::sync::Arc::ptr_eq(session, lost)) {
            *session = None;
        }
    }

    fn unreachable(&self, reason: &dyn std::fmt::Display) -> CallError {
        CallError::Unreachable { server: self.server, url: self.url.clone(), reason: reason.to_string() }
    }
}

/// A call that is being answered. It is recorded when this is dropped, so also when its future is.
struct Call {
    recorder: Option<Recorder>,
    start: u64,
    status: Status,
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(Recorder { calls, duration }) = self.recorder {
            calls[self.status as usize].inc();
            duration.observe_ticks(clock::now().saturating_sub(self.start));
        }
    }
}
