//! Tool calls without a transport.

use std::{convert::Infallible, future::ready, mem};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolResult, ClientCapabilities, ClientRequest, ErrorCode, Extensions, GetExtensions, GetMeta,
        Implementation, InitializeRequestParams, JsonRpcMessage, ProtocolVersion, RequestId, RequestMetaObject,
        ServerResult,
    },
    service::{RequestContext, RxJsonRpcMessage, Service, TxJsonRpcMessage, serve_directly},
    transport::Transport,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Calls a tool as a client's `tools/call` does, without a transport: its arguments are read, it runs, its result is written, and
/// everything is recorded. Errors, timeouts and panics end as in production.
///
/// The server is made by [`#[mcp_server]`](crate::mcp_server), or is an [`Instrumented`](crate::Instrumented) handler.
///
/// ```
/// use cryptofunk_metrics::{catalog::mcp::{Server, Status, Tool, tool_calls_total}, mcp_server, testing::{self, Recording}};
/// use serde_json::json;
///
/// struct Kitchen;
///
/// /// Cooks.
/// #[mcp_server(name = "kitchen", port = 9299)]
/// impl Kitchen {
///     /// Boils eggs.
///     #[mcp_tool]
///     async fn boil(&self, eggs: u8) -> Result<String, &'static str> {
///         if eggs > 12 { Err("the pot is too small") } else { Ok(format!("{eggs} boiled eggs")) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cryptofunk_metrics::rmcp::ErrorData> {
/// let server = Kitchen;
/// let recording = Recording::start();
///
/// let result = testing::call(&server, "boil", json!({ "eggs": 3 })).await?;
/// assert_eq!(result.content[0].as_text().expect("text").text, "3 boiled eggs");
/// let result = testing::call(&server, "boil", json!({ "eggs": 13 })).await?;
/// assert_eq!(result.is_error, Some(true));
///
/// let calls = |status| recording.increase_of(tool_calls_total(Server("kitchen"), Tool("boil"), status));
/// assert_eq!((calls(Status::Success), calls(Status::Error)), (1, 1));
/// # Ok(())
/// # }
/// ```
///
/// What differs from a client over stdio:
///
/// - The tool runs in the caller's task. So [`Recording::start`](super::Recording::start) sees what it records, and dropping the
///   future cancels the call. Tasks that the tool spawns run where they always do.
/// - The client has the newest protocol version that the server supports, and no capabilities. What the tool sends to it is lost if it is
///   a notification, and answered by "method not found" if it is a request.
/// - There is no session: nothing is initialized, and no session is counted.
///
/// # Errors
///
/// What the client would get as an error of the protocol: for an unknown tool, arguments that are no object, a tool that
/// returns [`ErrorData`]. An error of the tool is a result, in which `is_error` is true.
///
/// # Panics
///
/// Outside of a tokio runtime, and if the tool answers that it needs input from its client.
pub async fn call<S: ServerHandler>(server: &S, tool: &str, arguments: Value) -> Result<CallToolResult, ErrorData> {
    let versions = server.supported_protocol_versions();
    let version = versions.iter().max_by(|a, b| a.as_str().cmp(b.as_str())).cloned().unwrap_or_default();
    let (meta, peer_info) = introduction(version);
    let (answers, receiver) = mpsc::unbounded_channel();
    let client = serve_directly::<RoleServer, _, _, _, _>(Nothing, Client { answers, receiver }, peer_info);

    let mut request = request(tool, arguments, &meta)?;
    let mut context = RequestContext::new(RequestId::Number(1), client.peer().clone());
    // As the SDK does before it calls a handler.
    mem::swap(&mut context.meta, request.get_meta_mut());
    mem::swap::<Extensions>(&mut context.extensions, request.extensions_mut());
    match Service::handle_request(server, request, context).await? {
        ServerResult::CallToolResult(result) => Ok(result),
        _ => panic!(
            "the tool `{tool}` asks its client for input, which `testing::call` cannot give: test it with a client of the SDK",
        ),
    }
}

/// How the client introduces itself: by newer versions with each request, by older ones once.
fn introduction(version: ProtocolVersion) -> (RequestMetaObject, Option<InitializeRequestParams>) {
    let (info, capabilities) =
        (Implementation::new("testing", env!("CARGO_PKG_VERSION")), ClientCapabilities::default());
    if version.as_str() >= ProtocolVersion::V_2026_07_28.as_str() {
        (RequestMetaObject::with_client_context(version, info, capabilities), None)
    } else {
        let params = InitializeRequestParams::new(capabilities, info).with_protocol_version(version);
        (RequestMetaObject::new(), Some(params))
    }
}

/// The request as the SDK reads it from its JSON. With malformed parameters it is one of another kind.
fn request(tool: &str, arguments: Value, meta: &RequestMetaObject) -> Result<ClientRequest, ErrorData> {
    let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
    serde_json::from_value(json!({ "method": "tools/call", "params": params }))
        .map_err(|error| ErrorData::invalid_request(error.to_string(), None))
}

/// The handler behind the peer, which is never asked.
struct Nothing;

impl ServerHandler for Nothing {}

/// A client that can do nothing.
struct Client {
    answers: mpsc::UnboundedSender<RxJsonRpcMessage<RoleServer>>,
    receiver: mpsc::UnboundedReceiver<RxJsonRpcMessage<RoleServer>>,
}

impl Transport<RoleServer> for Client {
    type Error = Infallible;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Infallible>> + Send + 'static {
        if let JsonRpcMessage::Request(request) = message {
            let error = ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "this client answers no requests", None);
            // The receiver is gone when nobody waits for the answer.
            let _ = self.answers.send(JsonRpcMessage::error(error, Some(request.id)));
        }
        ready(Ok(()))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.receiver.recv().await
    }

    async fn close(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
