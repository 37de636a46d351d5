//! How a generated server answers requests about its tools, and requests that the SDK does not know.

use rmcp::{
    ErrorData, RoleServer,
    model::{CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode, ListToolsResult, Tool},
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
use crate::conventions::mcp::{ErrorType, Method};

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
    // Structured content may be any JSON value from protocol version 2026-07-28 on.
    let takes_values = call.look_at_client(&context);
    let Some(tool) = tool else {
        call.fail(ErrorType::UnknownTool);
        return call.end(Ending::Finished(Err(unknown_tool::<S>(&request.name))));
    };
    // The tool's own code may panic before its first await, and so it is called inside the watch.
    let handler = async { server.__run(tool, Arguments::new(server, request, context)).await };
    let answer = match call.watch(handler, (S::__info(tool).timeout)()).await {
        Ending::Finished(Ok(mut response)) => {
            call.answered(&response);
            if !takes_values {
                leave_text(&mut response);
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

/// Older clients get a text as text alone. The SDK would put it before the same text once more, as JSON.
fn leave_text(response: &mut CallToolResponse) {
    if let CallToolResponse::Complete(result) = response {
        result.structured_content.take_if(|value| value.is_string());
    }
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

/// The series of a server that answers these methods by handlers of its own.
#[doc(hidden)]
pub fn metrics_of<S: McpServer>(handlers: &[Method]) -> ServerMetrics {
    ServerMetrics::new(S::NAME, S::FAMILIES, S::TOOLS.iter().map(|tool| tool.name), handlers)
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
    call.end(Ending::Finished(Err(error)))
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
