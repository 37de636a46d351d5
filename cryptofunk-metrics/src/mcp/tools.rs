//! What `#[mcp_server]` implements, and how it calls a tool.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode, Implementation, JsonObject,
        ListToolsResult, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::ToSocketAddrs;

use super::{
    arguments::{Arguments, shorten},
    call::{Call, Ending},
    handler::capabilities,
    output::error_result,
    series::Series,
    serve,
    serve::{BoundHttp, HttpSettings},
};
use crate::{Component, Error, catalog::mcp::Method, descriptor::ToolDescriptor};

/// An instrumented MCP server; [`#[mcp_server]`](crate::mcp_server) implements it.
///
/// The type is a [`rmcp::ServerHandler`] too, whose every request is recorded, so it can also be served by anything of the
/// SDK, on any transport.
///
/// ```
/// use cryptofunk_metrics::{Component, McpServer, mcp_server};
///
/// struct Greeter;
///
/// /// Greets.
/// #[mcp_server(name = "greeter", port = 9299)]
/// impl Greeter {
///     /// Says hello.
///     #[mcp_tool]
///     async fn hello(
///         &self,
///         /// Whom to greet.
///         name: String,
///     ) -> String {
///         format!("Hello, {name}!")
///     }
/// }
///
/// assert_eq!((Greeter::NAME, Greeter::PORT), ("greeter", 9299));
/// assert_eq!(Greeter::TOOLS[0].name, "hello");
/// assert_eq!(Greeter::TOOLS[0].description, "Says hello.");
/// ```
pub trait McpServer: ServerHandler + Component {
    /// The tools, in the order of the block.
    const TOOLS: &'static [ToolDescriptor];

    /// Serves one client on standard input and output, and metrics on the component's port, until the client goes away or
    /// the process is told to stop (Ctrl-C, `SIGTERM`).
    ///
    /// Standard output belongs to the protocol: write logs to standard error. The address of the metrics comes from
    /// `METRICS_BIND` and `METRICS_PORT`, see [`Settings`](crate::exporter::Settings).
    ///
    /// # Errors
    ///
    /// If the port is taken, a variable is wrong, or the client does not open a session as the protocol says.
    fn serve(self) -> impl Future<Output = Result<(), Error>> + Send {
        serve::stdio(self)
    }

    /// Serves any number of clients over streamable HTTP at `/mcp`, beside `/metrics`, `/health` and `/`, until the process
    /// is told to stop.
    ///
    /// # Errors
    ///
    /// If the address is taken or a variable is wrong.
    fn serve_http(
        self,
        address: impl ToSocketAddrs + std::fmt::Debug + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        async move { self.bind_http(address, HttpSettings::from_env()?).await?.run().await }
    }

    /// Listens for clients over streamable HTTP, with settings of its own; see [`serve_http`](Self::serve_http).
    ///
    /// # Errors
    ///
    /// If the address is taken.
    fn bind_http(
        self,
        address: impl ToSocketAddrs + std::fmt::Debug + Send,
        settings: HttpSettings,
    ) -> impl Future<Output = Result<BoundHttp, Error>> + Send {
        serve::bind_http(self, address, settings)
    }

    /// The address of the component's port, as the environment says.
    ///
    /// # Errors
    ///
    /// If a variable is wrong.
    fn address() -> Result<SocketAddr, Error> {
        Ok(crate::exporter::Settings::from_env(Self::PORT)?.address)
    }

    #[doc(hidden)]
    fn __series() -> &'static Series;

    #[doc(hidden)]
    fn __tools() -> Vec<Tool>;

    #[doc(hidden)]
    fn __timeout(tool: usize) -> Option<Duration>;

    #[doc(hidden)]
    fn __call<'a>(
        &'a self,
        tool: usize,
        arguments: Arguments,
        context: &'a RequestContext<RoleServer>,
    ) -> ToolFuture<'a>;
}

/// A tool at work.
#[doc(hidden)]
pub type ToolFuture<'a> = BoxFuture<'a, Result<CallToolResponse, Failure>>;

/// Why a tool gave no result.
#[doc(hidden)]
#[derive(Debug)]
pub enum Failure {
    /// The arguments do not fit; the client reads why.
    Arguments(String),
    /// An error of the protocol.
    Protocol(ErrorData),
}

impl From<ErrorData> for Failure {
    fn from(error: ErrorData) -> Self {
        Failure::Protocol(error)
    }
}

/// A type that an argument of a tool can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "cannot be read from JSON, or has no JSON Schema",
    note = "derive both for it: `#[derive(serde::Deserialize, schemars::JsonSchema)]`"
)]
pub trait ToolArgument: Sized {
    #[doc(hidden)]
    fn read(value: Value) -> Result<Self, serde_json::Error>;
    #[doc(hidden)]
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {
    fn read(value: Value) -> Result<Self, serde_json::Error> {
        T::deserialize(value)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// Answers `tools/call`.
#[doc(hidden)]
pub async fn call_tool<S: McpServer>(
    server: &S,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let series = S::__series();
    let call = Call::start(series, Method::ToolsCall, &context);
    let tool = position::<S>(&request.name);
    let call = call.of_tool(*series.tool(tool));
    let Some(tool) = tool else {
        return call.end(Ending::Finished(Err(unknown_tool::<S>(&request.name))), |_| false);
    };
    // The tool's own code may panic before its first await, and so it is called inside the watch.
    let handler = async { server.__call(tool, Arguments::new(request), &context).await };
    let ending = match call.watch(handler, S::__timeout(tool)).await {
        Ending::Finished(Ok(response)) => Ending::Finished(Ok(response)),
        Ending::Finished(Err(Failure::Protocol(error))) => Ending::Finished(Err(error)),
        Ending::Finished(Err(Failure::Arguments(text))) => Ending::Finished(Ok(error_result(text).into())),
        // The model that called the tool can read a tool error, and not an error of the protocol.
        Ending::TimedOut(limit) => {
            let text = format!("the tool `{}` did not finish within {limit:?}", S::TOOLS[tool].name);
            Ending::Finished(Ok(error_result(text).into()))
        }
        Ending::Panicked => {
            tracing::error!(server = S::NAME, tool = S::TOOLS[tool].name, "a tool panicked");
            let text = format!("the tool `{}` failed inside the server; its log says more", S::TOOLS[tool].name);
            Ending::Finished(Ok(error_result(text).into()))
        }
        Ending::Cancelled => Ending::Cancelled,
    };
    call.end(ending, is_error)
}

/// Whether a response tells of an error.
pub(super) fn is_error(response: &CallToolResponse) -> bool {
    matches!(response, CallToolResponse::Complete(result) if result.is_error == Some(true))
}

fn position<S: McpServer>(name: &str) -> Option<usize> {
    S::TOOLS.iter().position(|tool| tool.name == name)
}

fn unknown_tool<S: McpServer>(name: &str) -> ErrorData {
    let known: Vec<&str> = S::TOOLS.iter().map(|tool| tool.name).collect();
    ErrorData::invalid_params(
        format!("unknown tool `{}` (tools of {}: {})", shorten(name), S::NAME, known.join(", ")),
        None,
    )
}

/// Answers a request that the SDK does not know: another method, or a known one with parameters that it cannot read.
#[doc(hidden)]
pub async fn call_custom<S: McpServer>(
    _: &S,
    request: CustomRequest,
    context: RequestContext<RoleServer>,
) -> Result<CustomResult, ErrorData> {
    let call = start_custom::<S>(&request, &context);
    let error = match Method::from_name(&request.method) {
        Method::Other => ErrorData::new(ErrorCode::METHOD_NOT_FOUND, shorten(&request.method), None),
        _ => ErrorData::invalid_params(
            format!("the parameters of `{}` are not what the protocol says", request.method),
            None,
        ),
    };
    call.end(Ending::Finished(Err(error)), |_| false)
}

/// Begins to record a request that the SDK does not know.
#[doc(hidden)]
pub fn start_custom<S: McpServer>(request: &CustomRequest, context: &RequestContext<RoleServer>) -> Call {
    let series = S::__series();
    let call = Call::start(series, Method::from_name(&request.method), context);
    match tool_of(request) {
        Some(tool) => call.of_tool(*series.tool(position::<S>(tool))),
        None => call,
    }
}

/// The tool that a malformed `tools/call` names; the empty name if it names none.
pub(super) fn tool_of(request: &CustomRequest) -> Option<&str> {
    let name = || request.params.as_ref()?.get("name")?.as_str();
    (request.method == "tools/call").then(|| name().unwrap_or_default())
}

/// Answers `tools/list`.
#[doc(hidden)]
pub async fn list_tools<S: McpServer>(context: RequestContext<RoleServer>) -> Result<ListToolsResult, ErrorData> {
    let call = Call::start(S::__series(), Method::ToolsList, &context);
    call.run(async { Ok(ListToolsResult::with_all_items(S::__series().described(S::__tools).to_vec())) }).await
}

/// The tool of this name.
#[doc(hidden)]
pub fn find_tool<S: McpServer>(name: &str) -> Option<Tool> {
    S::__series().described(S::__tools).iter().find(|tool| tool.name == name).cloned()
}

/// The description of a tool; `hints` are read-only, destructive, idempotent and open world.
#[doc(hidden)]
pub fn describe(
    name: &'static str,
    description: &'static str,
    title: Option<&str>,
    hints: [Option<bool>; 4],
    input: Arc<JsonObject>,
    output: Option<Arc<JsonObject>>,
) -> Tool {
    let mut tool = Tool::new(name, description, input);
    tool.title = title.map(str::to_owned);
    tool.output_schema = output;
    if hints.iter().any(Option::is_some) {
        let [read_only, destructive, idempotent, open_world] = hints;
        tool.annotations = Some(ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world));
    }
    tool
}

/// What the server says of itself; `methods` are the names of its `#[mcp_handler]` methods.
#[doc(hidden)]
pub fn announced<S: McpServer>(methods: &[&str], title: Option<&str>, instructions: &str) -> ServerConfig {
    let mut implementation = Implementation::new(S::NAME, S::VERSION);
    implementation.title = title.map(str::to_owned);
    let config = ServerConfig::new(capabilities(!S::TOOLS.is_empty(), methods)).with_server_info(implementation);
    if instructions.is_empty() { config } else { config.with_instructions(instructions) }
}
