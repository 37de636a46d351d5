//! Calling the tools of MCP servers.

use std::{path::PathBuf, sync::Arc};

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, ErrorData},
    service::{RunningService, ServiceError},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use super::{
    call_error::{CallError, PATIENCE},
    client_metrics::{Call, ClientMetrics, OpenSession},
};
use crate::{
    component::Component,
    conventions::mcp::{ERROR_META_KEY, ProtocolVersion},
    exporter::token::TokenFile,
};

/// A client of one MCP server over streamable HTTP: connects at the first call, and again when the connection is lost.
///
/// The calls of an agent are counted by outcome and timed.
#[derive(Debug)]
pub struct McpClient {
    server: &'static str,
    url: String,
    metrics: ClientMetrics,
    token: Option<TokenFile>,
    session: Mutex<Option<Arc<Session>>>,
}

#[derive(Debug)]
struct Session {
    running: RunningService<RoleClient, ()>,
    open: OpenSession,
}

impl McpClient {
    /// A client of the server of this name, whose MCP endpoint is at this URL: `http://127.0.0.1:9201/mcp`.
    pub fn new(server: &'static str, url: impl Into<String>) -> Self {
        McpClient { server, url: url.into(), metrics: ClientMetrics::NONE, token: None, session: Mutex::default() }
    }

    /// Shows the server the bearer token in this file, which is read when a session is opened.
    #[must_use]
    pub fn bearer_token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token = Some(TokenFile { path: path.into(), variable: "the client's bearer_token_file" });
        self
    }

    /// Records the calls in the families of this agent or component, as far as it has families for them: those of the conventions
    /// `agent` and `otel-mcp`. The series of an agent exist from here on.
    #[must_use]
    pub fn recorded_by<C: Component>(mut self) -> Self {
        self.metrics = ClientMetrics::of::<C>(self.server);
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
        let mut call = Call::start(self.metrics, tool);
        let result = self.answer(tool, arguments, &mut call).await;
        call.answered(&result);
        result
    }

    /// Ends the session, if there is one.
    pub async fn close(&self) {
        self.session.lock().await.take();
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        tool: &'static str,
        arguments: impl Serialize,
        call: &mut Call,
    ) -> Result<T, CallError> {
        let server = self.server;
        let unreadable = |reason: String| CallError::Unreadable { server, tool, reason };
        let arguments = match serde_json::to_value(arguments) {
            Ok(serde_json::Value::Object(arguments)) => arguments,
            Ok(_) => return Err(unreadable("the arguments are no JSON object".to_owned())),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let request = CallToolRequestParams::new(tool).with_arguments(arguments);
        let session = self.session().await?;
        call.of_version(session.open.version);
        let answer = match tokio::time::timeout(PATIENCE, session.running.call_tool(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(ServiceError::McpError(ErrorData { code, message, .. }))) => {
                // A server that was started again does not know the session any more.
                self.forget(&session).await;
                return Err(CallError::Failed { server, tool, code: code.0, message: message.into_owned() });
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
            let in_meta = answer.meta.as_ref().and_then(|meta| meta.0.get(ERROR_META_KEY));
            let code = answer.structured_content.as_ref().or(in_meta).and_then(|error| error.get("code")?.as_str());
            return Err(CallError::Tool { server, tool, code: code.map(str::to_owned), message: text.join("\n") });
        }
        let value = answer.structured_content.ok_or_else(|| unreadable("no structured content".to_owned()))?;
        serde_json::from_value(value).map_err(|error| unreadable(error.to_string()))
    }

    async fn session(&self) -> Result<Arc<Session>, CallError> {
        let mut session = self.session.lock().await;
        if let Some(session) = session.as_ref().filter(|session| !session.running.is_closed()) {
            return Ok(Arc::clone(session));
        }
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url.clone());
        if let Some(file) = &self.token {
            config = config.auth_header(file.read().await.map_err(|error| self.unreachable(&error))?);
        }
        let transport = StreamableHttpClientTransport::from_config(config);
        let running = match tokio::time::timeout(PATIENCE, ().serve(transport)).await {
            Ok(Ok(running)) => running,
            Ok(Err(error)) => return Err(self.unreachable(&error)),
            Err(_) => return Err(self.unreachable(&"no answer to the opening of a session")),
        };
        let version = running.peer().peer_info();
        let version = version
            .map_or(ProtocolVersion::Other, |server| ProtocolVersion::from_name(server.protocol_version.as_str()));
        let connected = Arc::new(Session { running, open: OpenSession::new(self.metrics, version) });
        *session = Some(Arc::clone(&connected));
        Ok(connected)
    }

    async fn forget(&self, lost: &Arc<Session>) {
        let mut session = self.session.lock().await;
        if session.as_ref().is_some_and(|session| Arc::ptr_eq(session, lost)) {
            *session = None;
        }
    }

    fn unreachable(&self, reason: &dyn std::fmt::Display) -> CallError {
        CallError::Unreachable { server: self.server, url: self.url.clone(), reason: reason.to_string() }
    }
}
