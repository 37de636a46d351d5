//! Calling the tools of MCP servers.

use std::{path::PathBuf, sync::Arc};

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, ClientConfig, ErrorData},
    service::{RunningService, ServiceError},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;
use tokio_util::task::AbortOnDropHandle;

use super::{
    call_error::{CallError, PATIENCE},
    client_metrics::{Call, ClientMetrics, OpenSession},
};
use crate::{
    component::Component,
    conventions::mcp::{ERROR_META_KEY, ProtocolVersion},
    label::Label,
    span::ClientSpan,
};

/// A client of one MCP server over streamable HTTP. It connects at the first call, and again after a lost connection.
///
/// With [`recorded_by`](Self::recorded_by), its calls are counted by outcome and timed. It sends the current trace in `_meta` (feature
/// `trace`).
///
/// ```no_run
/// use cryptofunk_metrics::agent::{CallError, McpClient};
/// use serde::Deserialize;
/// use serde_json::json;
///
/// #[derive(Deserialize)]
/// struct Forecast { celsius: f64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), CallError> {
/// // Not run here: it needs a server.
/// let weather = McpClient::new("weather", "http://127.0.0.1:9300/mcp").token_file("/run/secrets/weather-token");
/// let tomorrow: Forecast = weather.call("forecast", json!({ "city": "Bergen" })).await?;
/// println!("{} °C", tomorrow.celsius);
/// weather.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct McpClient {
    server: &'static str,
    url: String,
    token_file: Option<PathBuf>,
    metrics: ClientMetrics,
    session: Mutex<Option<Arc<Session>>>,
}

#[derive(Debug)]
struct Session {
    running: RunningService<RoleClient, ClientConfig>,
    open: OpenSession,
    /// The token that its requests carry.
    token: Option<String>,
}

impl McpClient {
    /// A client of the server of this name, whose MCP endpoint is at this URL: `http://127.0.0.1:9201/mcp`.
    pub fn new(server: &'static str, url: impl Into<String>) -> Self {
        let metrics = ClientMetrics::NONE;
        McpClient { server, url: url.into(), token_file: None, metrics, session: Mutex::default() }
    }

    /// Sends the bearer token in this file with every request. The file is read at each call, so that the token can be renewed.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_file = Some(path.into());
        self
    }

    /// Records the calls in the families of this agent or component: those of the conventions `agent` and `otel-mcp`, if it has them. The
    /// series of an agent exist from here on.
    #[must_use]
    pub fn recorded_by<C: Component>(mut self) -> Self {
        self.metrics = ClientMetrics::of::<C>(self.server);
        self
    }

    /// Calls a tool, and reads its structured content as a `T`. The arguments must serialise to a JSON object.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, does not answer within ten seconds, or answers with an error or with another shape; and if
    /// the file of the token cannot be read.
    pub async fn call<T: DeserializeOwned>(
        &self,
        tool: &'static str,
        arguments: impl Serialize,
    ) -> Result<T, CallError> {
        let mut call = Call::start(self.metrics, &self.url, tool);
        let in_span = call.span.clone();
        let result = in_span.around(self.answer(tool, arguments, &mut call)).await;
        call.answered(&result);
        result
    }

    /// Ends the session, if one is open. The next call opens another.
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
        let mut request = CallToolRequestParams::new(tool).with_arguments(arguments);
        call.span.inject(&mut request.meta);
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
        let token = self.token().await?;
        let mut session = self.session.lock().await;
        // A session keeps the token that it was opened with.
        let usable = |session: &&Arc<Session>| !session.running.is_closed() && session.token == token;
        if let Some(session) = session.as_ref().filter(usable) {
            return Ok(Arc::clone(session));
        }
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url.clone());
        config.auth_header.clone_from(&token);
        let transport = StreamableHttpClientTransport::from_config(config);
        let span = ClientSpan::initialize(&self.url);
        let mut introduction = ClientConfig::default();
        span.inject(&mut introduction.meta);
        // The SDK has the session's task in the span that is current here, which would not end before the session.
        let opening = AbortOnDropHandle::new(tokio::spawn(introduction.serve(transport)));
        let opening = async { opening.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string()) };
        let running = match tokio::time::timeout(PATIENCE, span.around(opening)).await {
            Ok(Ok(running)) => running,
            Ok(Err(error)) => {
                span.failed("_OTHER", None, "");
                return Err(self.unreachable(&error));
            }
            Err(_) => {
                span.failed("timeout", None, "");
                return Err(self.unreachable(&"no answer to the opening of a session"));
            }
        };
        let version = running.peer().peer_info();
        let version = version
            .map_or(ProtocolVersion::Other, |server| ProtocolVersion::from_name(server.protocol_version.as_str()));
        span.of_version(version.label_value());
        let connected = Arc::new(Session { running, open: OpenSession::new(self.metrics, version), token });
        *session = Some(Arc::clone(&connected));
        Ok(connected)
    }

    async fn token(&self) -> Result<Option<String>, CallError> {
        let Some(file) = &self.token_file else { return Ok(None) };
        let text = tokio::fs::read_to_string(file).await;
        let text = text.map_err(|error| self.unreachable(&format!("cannot read {}: {error}", file.display())))?;
        Ok(Some(text.trim().to_owned()))
    }

    async fn forget(&self, lost: &Arc<Session>) {
        let mut session = self.session.lock().await;
        if session.as_ref().is_some_and(|session| Arc::ptr_eq(session, lost)) {
            *session = None;
        }
    }

    fn unreachable(&self, reason: &dyn std::fmt::Display) -> CallError {
        let url = without_secrets(&self.url);
        CallError::Unreachable { server: self.server, url, reason: reason.to_string() }
    }
}

/// A URL without the name and password that it may hold, and without its query, for messages.
fn without_secrets(url: &str) -> String {
    let shown = match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => url.to_owned(),
    };
    shown.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_hold_no_password() {
        let client = McpClient::new("shop", "http://me:se?cret@127.0.0.1:1/mcp?key=secret");
        let error = client.call::<()>("buy", serde_json::json!({})).await.expect_err("nobody is there").to_string();
        assert!(error.starts_with("shop cannot be reached at http://127.0.0.1:1/mcp: "), "{error}");
        assert!(!error.contains("cret"), "{error}");
    }
}
