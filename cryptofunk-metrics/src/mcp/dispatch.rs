//! How a generated server answers requests about its tools, and requests that the SDK does not know.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
};

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode, ListToolsResult,
        PaginatedRequestParams, Tool,
    },
    service::RequestContext,
};

use super::{
    arguments::{Arguments, excerpt, shorten},
    call::{Call, Ending},
    failure::Failure,
    server::McpServer,
    server_metrics::{ServerMetrics, ToolSeries},
    tool_error::error_result,
};
use crate::conventions::mcp::{ERROR_META_KEY, ErrorType, Method};

/// The most pages of a server's own `list_tools` that are read to find a tool.
const MOST_PAGES: usize = 1_000;

/// Answers `tools/call`.
#[doc(hidden)]
pub async fn call_tool<S: McpServer>(
    server: &S,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let metrics = S::__metrics();
    let call = Call::start(metrics, Method::ToolsCall, &context);
    let call = call.asks_for_tool(&request.name).of_tool(metrics.tool(None));
    let found = match has_handler::<S>(Method::ToolsList) {
        false => position::<S>(&request.name).map(Found::Own),
        true => match call.watch(find(server, &request.name, &context), None).await {
            Ending::Finished(Ok(found)) => found,
            Ending::Finished(Err(error)) => return call.end(Ending::Finished(Err(error))),
            Ending::Panicked => return call.end(Ending::Panicked),
            Ending::Stopped => return call.end(Ending::Stopped),
            Ending::Cancelled | Ending::TimedOut(_) => return call.end(Ending::Cancelled),
        },
    };
    let mut call = call.of_tool(series::<S>(found, &request.name));
    let is_2026_07_28 = call.look_at_client(&context);
    let Some(found) = found else {
        call.fail(ErrorType::UnknownTool);
        return call.end(Ending::Finished(Err(unknown_tool::<S>(&request.name))));
    };
    let (name, limit) = match found {
        Found::Own(tool) => (Cow::Borrowed(S::TOOLS[tool].name), S::__info(tool).timeout.map(|timeout| timeout())),
        Found::Added => (request.name.clone(), None),
    };
    // The tool's own code may panic before its first await, and so it is called inside the watch.
    let answer = match call.watch(run(server, found, request, context, call.is_watched()), limit).await {
        Ending::Finished(Ok(mut response)) => {
            call.answered(&response);
            if !is_2026_07_28 {
                for_older_clients(&mut response, announces_object::<S>(found));
            }
            log_error::<S>(&name, &response);
            Ok(response)
        }
        Ending::Finished(Err(Failure::Protocol(error))) => Err(error),
        Ending::Finished(Err(Failure::Arguments(text))) => {
            call.fail(ErrorType::InvalidParams);
            Ok(error_result(excerpt(&text)).into())
        }
        Ending::Finished(Err(Failure::UnknownArgument(argument))) => {
            call.fail(ErrorType::InvalidParams);
            Ok(error_result(unknown_argument::<S>(&name, &argument)).into())
        }
        // The model that called the tool can read a tool error, and not an error of the protocol.
        Ending::TimedOut(limit) => {
            call.fail(ErrorType::Timeout);
            Ok(error_result(format!("the tool `{name}` did not finish within {limit:?}")).into())
        }
        Ending::Stopped => {
            call.fail(ErrorType::Internal);
            Ok(error_result(format!("the server stops before the tool `{name}` has finished")).into())
        }
        Ending::Panicked => {
            call.fail(ErrorType::Panic);
            tracing::error!(server = S::NAME, tool = &*name, "a tool panicked");
            let text = format!("the tool `{name}` failed inside the server; its log says more");
            Ok(error_result(text).into())
        }
        Ending::Cancelled => return call.end(Ending::Cancelled),
    };
    call.end(Ending::Finished(answer))
}

/// What a client calls.
#[derive(Clone, Copy)]
enum Found {
    /// A tool of the block or its parts, by its place.
    Own(usize),
    /// A tool that the server's own `list_tools` has added.
    Added,
}

/// Whether the block answers this method by a handler of its own.
fn has_handler<S: McpServer>(method: Method) -> bool {
    S::__handlers().contains(&method)
}

/// Looks a tool up among those that the server's own `list_tools` lists at this moment.
async fn find<S: McpServer>(
    server: &S,
    name: &str,
    context: &RequestContext<RoleServer>,
) -> Result<Option<Found>, ErrorData> {
    let mut page = None;
    for _ in 0..MOST_PAGES {
        let Some(listed) = server.__list_tools(page, context.clone()) else { break };
        let listed = listed.await?;
        if listed.tools.iter().any(|tool| tool.name == name) {
            let added = has_handler::<S>(Method::ToolsCall).then_some(Found::Added);
            return Ok(position::<S>(name).map(Found::Own).or(added));
        }
        let Some(cursor) = listed.next_cursor else { break };
        page = Some(PaginatedRequestParams::default().with_cursor(Some(cursor)));
    }
    Ok(None)
}

fn series<S: McpServer>(found: Option<Found>, name: &str) -> &'static ToolSeries {
    let metrics = S::__metrics();
    match found {
        Some(Found::Own(tool)) => metrics.tool(Some(tool)),
        Some(Found::Added) => metrics.learnt(name).unwrap_or_else(|| metrics.learn(name)),
        None => metrics.tool(None),
    }
}

async fn run<S: McpServer>(
    server: &S,
    found: Found,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
    is_watched: &AtomicBool,
) -> Result<CallToolResponse, Failure> {
    match found {
        Found::Own(tool) => server.__run(tool, Arguments::new(server, request, context, is_watched)).await,
        Found::Added => {
            is_watched.store(true, Ordering::Relaxed);
            let unknown = unknown_tool::<S>(&request.name);
            match server.__call_tool(request, context) {
                Some(answer) => Ok(answer.await?),
                None => Err(unknown.into()),
            }
        }
    }
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

/// Whether older clients see an output schema of a tool: the SDK shows them those of objects.
fn announces_object<S: McpServer>(found: Found) -> bool {
    let Found::Own(tool) = found else { return false };
    let schema = S::__metrics().described(S::__tools)[tool].output_schema.as_deref();
    schema.is_some_and(|schema| schema.get("type").is_some_and(|kind| kind == "object"))
}

/// Writes a tool error into the log: the client has it, and its operator may not.
fn log_error<S: McpServer>(tool: &str, response: &CallToolResponse) {
    if let CallToolResponse::Complete(result) = response
        && result.is_error == Some(true)
    {
        let text = result.content.first().and_then(|block| block.as_text()).map_or("", |text| text.text.as_str());
        tracing::warn!(server = S::NAME, tool, error = text, "a tool answered an error");
    }
}

fn unknown_argument<S: McpServer>(tool: &str, name: &str) -> String {
    let described = find_tool::<S>(tool);
    let properties = described.as_ref().and_then(|tool| tool.input_schema.get("properties")?.as_object());
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
    let known = match has_handler::<S>(Method::ToolsList) {
        true => format!("; `tools/list` says which tools {} has now", S::NAME),
        false => format!(" (tools of {}: {})", S::NAME, known.join(", ")),
    };
    ErrorData::invalid_params(format!("unknown tool `{}`{known}", shorten(name)), None)
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
        Some(tool) => call.asks_for_tool(tool).of_tool(metrics.tool(position::<S>(tool))),
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
pub async fn list_tools<S: McpServer>(
    server: &S,
    request: Option<PaginatedRequestParams>,
    context: RequestContext<RoleServer>,
) -> Result<ListToolsResult, ErrorData> {
    let call = Call::start(S::__metrics(), Method::ToolsList, &context);
    let answer = async {
        match server.__list_tools(request, context) {
            Some(listed) => listed.await,
            None => Ok(ListToolsResult::with_all_items(S::tools())),
        }
    };
    call.run(answer).await
}

/// The tool of this name.
#[doc(hidden)]
pub fn find_tool<S: McpServer>(name: &str) -> Option<Tool> {
    S::__metrics().described(S::__tools).iter().find(|tool| tool.name == name).cloned()
}
