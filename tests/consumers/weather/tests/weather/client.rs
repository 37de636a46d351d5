//! The SDK's client over streamable HTTP, and a client that writes its requests by hand.

use rmcp::{
    RoleClient, ServiceError,
    model::{
        CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest, CustomRequest, GetPromptRequestParams,
        JsonObject, ProtocolVersion,
    },
    service::{ClientLifecycleMode, PeerRequestOptions, RunningService, ServiceExt, serve_client_with_lifecycle},
    transport::StreamableHttpClientTransport,
};
use serde_json::{Value, json};

/// A session.
pub(crate) struct Client(RunningService<RoleClient, ()>);

impl Client {
    /// Opens a session with `initialize`.
    pub(crate) async fn connect(url: &str) -> Self {
        let transport = StreamableHttpClientTransport::from_uri(url);
        Client(().serve(transport).await.expect("the server opens a session"))
    }

    /// Asks a server of the newest version of the protocol, which has no sessions.
    pub(crate) async fn discover(url: &str) -> Self {
        let transport = StreamableHttpClientTransport::from_uri(url);
        let mode = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
        Client(serve_client_with_lifecycle((), transport, mode).await.expect("the server answers"))
    }

    /// The version that both agreed on.
    pub(crate) fn version(&self) -> String {
        self.0.peer_info().expect("the server has introduced itself").protocol_version.as_str().to_owned()
    }

    pub(crate) async fn call(&self, tool: &'static str, arguments: Value) -> Result<CallToolResult, ServiceError> {
        self.0.call_tool(CallToolRequestParams::new(tool).with_arguments(object(arguments))).await
    }

    /// Calls a tool, and cancels the call when the server has begun with it.
    pub(crate) async fn cancel(&self, tool: &'static str, begun: impl AsyncFnOnce()) {
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new(tool)));
        let options = PeerRequestOptions::no_options();
        let handle = self.0.send_cancellable_request(request, options).await.expect("it is sent");
        begun().await;
        handle.cancel(None).await.expect("the notification is sent");
    }

    pub(crate) async fn list_tools(&self) -> usize {
        self.0.list_all_tools().await.expect("tools").len()
    }

    pub(crate) async fn list_prompts(&self) -> usize {
        self.0.list_all_prompts().await.expect("prompts").len()
    }

    pub(crate) async fn prompt(&self, name: &str) -> Result<usize, ServiceError> {
        let prompt = self.0.get_prompt(GetPromptRequestParams::new(name)).await?;
        Ok(prompt.messages.len())
    }

    /// Sends a request that the protocol does not have.
    pub(crate) async fn ask(&self, method: &str) -> ServiceError {
        let request = ClientRequest::CustomRequest(CustomRequest::new(method, None));
        self.0.send_request(request).await.expect_err("no such method")
    }

    /// Closes the session.
    pub(crate) async fn close(self) {
        self.0.cancel().await.expect("it ends in good order");
    }
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        other => panic!("arguments are an object, not {other}"),
    }
}

/// Sends a request by hand; answers the status, and the code of the error if there is one.
pub(crate) async fn send(url: &str, method: &str, header: (&str, &str)) -> (u16, Option<i64>) {
    let request = reqwest::Client::new()
        .post(url)
        .header("Accept", "application/json, text/event-stream")
        .header(header.0, header.1)
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method }));
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.text().await.expect("text");
    let error = serde_json::from_str::<Value>(&body).ok().and_then(|body| body["error"]["code"].as_i64());
    (status, error)
}
