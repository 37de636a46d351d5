//! How a generated server answers requests about its tools, and requests that the SDK does not know.

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode, JsonObject, ListToolsResult,
        Tool,
    },
    service::RequestContext,
};

use super::{
    arguments::{Arguments, shorten},
    call::{Call, Ending},
    failure::Failure,
    server::McpServer,
    server_metrics::ServerMetrics,
    tool_error::error_result,
};
use crate::conventions::mcp::{ERROR_META_KEY, ErrorType, Method};

/// Answers `tools/call`.
#[doc(hidden)]
pub async fn call_tool<S: McpServer>(
    server: &S,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let metrics = S::__metrics();
    let call = Call::start(metrics, Method::ToolsCall, &context);
    let tool = position::<S>(&request.name);
    let mut call = call.of_tool(metrics.tool(tool));
    let is_2026_07_28 = call.look_at_client(&context);
    let Some(tool) = tool else {
        call.fail(ErrorType::UnknownTool);
        return call.end(Ending::Finished(Err(unknown_tool::<S>(&request.name))));
    };
    // The tool's own code may panic before its first await, and so it is called inside the watch.
    let handler = async { server.__run(tool, Arguments::new(server, request, context)).await };
    let answer = match call.watch(handler, S::__info(tool).timeout.map(|timeout| timeout())).await {
        Ending::Finished(Ok(mut response)) => {
            call.answered(&response);
            if !is_2026_07_28 {
                let schema = S::__metrics().described(S::__tools)[tool].output_schema.as_deref();
                for_older_clients(&mut response, schema.is_some_and(is_of_object));
            }
            log_error::<S>(tool, &response);
            Ok(response)
        }
        Ending::Finished(Err(Failure::Protocol(error))) => Err(error),
        Ending::Finished(Err(Failure::Arguments(text))) => {
            call.fail(ErrorType::InvalidParams);
            Ok(error_result(text).into())
        }
        Ending::Finished(Err(Failure::UnknownArgument(name))) => {
            call.fail(ErrorType::InvalidParams);
            Ok(error_result(unknown_argument::<S>(tool, &name)).into())
        }
        // The model that called the tool can read a tool error, and not an error of the protocol.
        Ending::TimedOut(limit) => {
            call.fail(ErrorType::Timeout);
            Ok(error_result(format!("the tool `{}` did not finish within {limit:?}", S::TOOLS[tool].name)).into())
        }
        Ending::Panicked => {
            call.fail(ErrorType::Panic);
            tracing::error!(server = S::NAME, tool = S::TOOLS[tool].name, "a tool panicked");
            let text = format!("the tool `{}` failed inside the server; its log says more", S::TOOLS[tool].name);
            Ok(error_result(text).into())
        }
        Ending::Cancelled => return call.end(Ending::Cancelled),
    };
    call.end(Ending::Finished(answer))
}

/// Whether the request is of protocol version 2026-07-28 or a later one: structured content may be any JSON value, and some methods are gone.
fn is_2026_07_28(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version.as_str() >= "2026-07-28")
}

/// Older clients get a text as text alone; the SDK would put it before the same text once more, as JSON. Their protocol knows no
/// structured content but what the schema says, and version 1 of the TypeScript SDK throws at other: the code of an error goes into `_meta`.
fn for_older_clients(response: &mut CallToolResponse, has_schema: bool) {
    let CallToolResponse::Complete(result) = response else { return };
    result.structured_content.take_if(|value| value.is_string());
    if has_schema
        && result.is_error == Some(true)
        && let Some(error) = result.structured_content.take()
    {
        result.meta.get_or_insert_default().0.insert(ERROR_META_KEY.to_owned(), error);
    }
}

/// Whether older clients see a schema: the SDK shows them those of objects.
fn is_of_object(schema: &JsonObject) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object")
}

/// Writes a tool error into the log: the client has it, and its operator may not.
fn log_error<S: McpServer>(tool: usize, response: &CallToolResponse) {
    if let CallToolResponse::Complete(result) = response
        && result.is_error == Some(true)
    {
        let text = result.content.first().and_then(|block| block.as_text()).map_or("", |text| text.text.as_str());
        tracing::warn!(server = S::NAME, tool = S::TOOLS[tool].name, error = text, "a tool answered an error");
    }
}

fn unknown_argument<S: McpServer>(tool: usize, name: &str) -> String {
    let described = S::__metrics().described(S::__tools);
    let properties = described[tool].input_schema.get("properties").and_then(|properties| properties.as_object());
    let known: Vec<&str> =
        properties.into_iter().flat_map(|properties| properties.keys()).map(String::as_str).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!("unknown argument `{}` (arguments of this tool: {known})", shorten(name))
}

/// The series of a server.
#[doc(hidden)]
pub fn metrics_of<S: McpServer>() -> ServerMetrics {
    ServerMetrics::new(S::NAME, S::FAMILIES, S::TOOLS.iter().map(|tool| tool.name), S::__handlers())
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
    let error = match answers::<S>(Method::from_name(&request.method), &context) {
        false => ErrorData::new(ErrorCode::METHOD_NOT_FOUND, shorten(&request.method), None),
        true => ErrorData::invalid_params(
            format!("the parameters of `{}` are not what the protocol says", request.method),
            None,
        ),
    };
    call.end(Ending::Finished(Err(error)))
}

/// Whether the server answers this method when its parameters are right.
fn answers<S: McpServer>(method: Method, context: &RequestContext<RoleServer>) -> bool {
    use Method::*;
    let is_removed = matches!(method, Initialize | Ping | LoggingSetLevel | ResourcesSubscribe | ResourcesUnsubscribe);
    let is_there = Method::ALWAYS.contains(&method)
        || S::__handlers().contains(&method)
        || (matches!(method, ToolsCall | ToolsList) && !S::TOOLS.is_empty());
    is_there && !(is_removed && is_2026_07_28(context))
}

/// Begins to record a request that the SDK does not know.
#[doc(hidden)]
pub fn start_custom<S: McpServer>(request: &CustomRequest, context: &RequestContext<RoleServer>) -> Call {
    let metrics = S::__metrics();
    let call = Call::start(metrics, Method::from_name(&request.method), context);
    match tool_of(request) {
        Some(tool) => call.of_tool(metrics.tool(position::<S>(tool))),
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
    let call = Call::start(S::__metrics(), Method::ToolsList, &context);
    call.run(async { Ok(ListToolsResult::with_all_items(S::__metrics().described(S::__tools).to_vec())) }).await
}

/// The tool of this name.
#[doc(hidden)]
pub fn find_tool<S: McpServer>(name: &str) -> Option<Tool> {
    S::__metrics().described(S::__tools).iter().find(|tool| tool.name == name).cloned()
}
