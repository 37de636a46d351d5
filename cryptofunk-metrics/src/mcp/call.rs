//! One request from its arrival to its answer.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::FutureExt;
use rmcp::{
    ErrorData, RoleServer,
    model::{CallToolResponse, ContentBlock, InitializeResult, ResourceContents},
    service::{Peer, RequestContext},
};
use tokio_util::sync::CancellationToken;

use super::{
    mounted, origin,
    replaced::Client,
    server_metrics::{Outcome, ServerMetrics, ToolSeries},
};
use crate::{
    clock,
    conventions::mcp::{ErrorType, Method, ProtocolVersion, Status, Transport},
    label::Label,
    span::ServerSpan,
};

/// How long a handler that watches its token goes on after its request was cancelled.
const CLEAN_UP: Duration = Duration::from_secs(5);

/// A mark in a request's context: it is recorded already, by the layer around this one.
#[derive(Clone, Copy)]
pub(super) struct Recorded;

tokio::task_local! {
    /// Set while a layer runs a subscription, whose context takes no mark.
    pub(super) static SUBSCRIPTION_IS_RECORDED: ();
}

/// A request that is being answered. It is recorded when this is dropped, so also when its future is.
#[doc(hidden)]
pub struct Call {
    metrics: &'static ServerMetrics,
    outcome: Outcome,
    span: ServerSpan,
    /// Whether the layer around this one records.
    is_recorded: bool,
    cancelled: CancellationToken,
    /// Whether the handler sees that its request is cancelled, and so has time to clean up.
    is_watched: AtomicBool,
    /// Completes when the server gives up the call because it stops.
    stopping: Option<CancellationToken>,
    /// What the client understands, if an answer may be something else.
    client: Option<Client>,
    /// Who opens a session with the request, unless the layer around the SDK counts it.
    opener: Option<(Peer<RoleServer>, Transport)>,
    start: u64,
}

impl Call {
    /// A request that has just arrived.
    pub fn start(metrics: &'static ServerMetrics, method: Method, context: &RequestContext<RoleServer>) -> Self {
        let is_recorded =
            context.extensions.get::<Recorded>().is_some() || SUBSCRIPTION_IS_RECORDED.try_with(|_| ()).is_ok();
        let (outcome, span) = if is_recorded {
            (Outcome::recorded_outside(method), ServerSpan::none())
        } else {
            origin::see(context);
            (metrics.request_arrived(method, context), ServerSpan::start(method, context))
        };
        let opens = method == Method::Initialize && !is_recorded && !origin::is_served_here(context);
        let opener = opens.then(|| (context.peer.clone(), origin::transport(context)));
        let mut call = Call {
            metrics,
            outcome,
            span,
            is_recorded,
            cancelled: context.ct.clone(),
            is_watched: AtomicBool::new(false),
            stopping: origin::stopping(context, method),
            client: None,
            opener,
            start: clock::now(),
        };
        // Calls of tools do so themselves.
        if !matches!(method, Method::ToolsCall | Method::ToolsList | Method::Ping) {
            call.look_at_client(context);
        }
        call
    }

    /// The handler has the request's context or its token, or has not.
    pub fn with_context(mut self, has_context: bool) -> Self {
        *self.is_watched.get_mut() = has_context;
        self
    }

    /// Whether the handler has the request's context or its token; set while it runs.
    pub(super) fn is_watched(&self) -> &AtomicBool {
        &self.is_watched
    }

    /// Finds out what the client understands, and whether it has protocol version 2026-07-28 or a newer one.
    pub(super) fn look_at_client(&mut self, context: &RequestContext<RoleServer>) -> bool {
        let client = Client::of(context);
        let is_current = client.is_current();
        if !self.is_recorded {
            self.client = Some(client);
        }
        is_current
    }

    /// The request calls a tool by this name, which the client has chosen.
    pub(super) fn asks_for_tool(self, name: &str) -> Self {
        self.span.asks_for_tool(name);
        self
    }

    /// The request calls a tool, which is recorded too.
    pub(super) fn of_tool(mut self, tool: &'static ToolSeries) -> Self {
        if let Some(name) = tool.known_name() {
            self.span.is_tool(name);
        }
        self.outcome.tool = Some(tool);
        self
    }

    /// The request asks for a prompt by this name.
    pub fn of_prompt(mut self, name: &str) -> Self {
        self.span.asks_for_prompt(name);
        self
    }

    /// The request is about the resource with this URI.
    pub fn of_resource(self, uri: &str) -> Self {
        self.span.is_about(uri);
        self
    }

    /// Runs a handler to its end.
    pub async fn run<T: 'static>(
        self,
        handler: impl Future<Output = Result<T, ErrorData>> + Send,
    ) -> Result<T, ErrorData> {
        let answer = self.watch(handler, None).await;
        self.end(answer)
    }

    /// Runs the handler of `initialize`, whose answer says the version of the protocol, and opens a session.
    pub async fn open(
        mut self,
        handler: impl Future<Output = Result<InitializeResult, ErrorData>> + Send,
    ) -> Result<InitializeResult, ErrorData> {
        let answer = self.watch(handler, None).await;
        if let Ending::Finished(Ok(result)) = &answer {
            let version = ProtocolVersion::from_name(result.protocol_version.as_str());
            self.outcome.agreed_on(version);
            self.span.agreed_on(result.protocol_version.as_str());
            if let Some((peer, transport)) = self.opener.take() {
                mounted::opened(self.metrics.session_opened(transport, version), peer, self.cancelled.clone());
            }
        }
        self.end(answer)
    }

    /// Says that the answer tells of an error, although it is a result.
    pub(super) fn fail(&mut self, error: ErrorType) {
        self.outcome.error = Some(error);
    }

    /// Looks at the result of a tool: its size, and whether it says that it is an error.
    pub(super) fn answered(&mut self, response: &CallToolResponse) {
        if let CallToolResponse::Complete(result) = response {
            self.outcome.result_bytes = Some(result.content.iter().map(bytes).sum());
            if result.is_error == Some(true) {
                self.fail(ErrorType::ToolError);
            }
        }
    }

    /// Ends the call with an answer.
    pub(super) fn end<T: 'static>(mut self, ending: Ending<Result<T, ErrorData>>) -> Result<T, ErrorData> {
        let answer = match ending {
            // A handler that ends because its request was cancelled, such as that of a subscription. The SDK sends nothing.
            Ending::Finished(answer) if self.cancelled.is_cancelled() => {
                self.outcome.result_bytes = None;
                return answer;
            }
            Ending::Finished(answer) => answer,
            Ending::Panicked => {
                self.fail(ErrorType::Panic);
                Err(ErrorData::internal_error("the request handler panicked; the server's log says more", None))
            }
            Ending::TimedOut(limit) => {
                self.fail(ErrorType::Timeout);
                Err(ErrorData::internal_error(format!("no answer within {limit:?}"), None))
            }
            Ending::Stopped => {
                self.fail(ErrorType::Internal);
                Err(ErrorData::internal_error("the server stops before it has an answer", None))
            }
            // The SDK sends nothing to a client that has cancelled.
            Ending::Cancelled => return Err(ErrorData::internal_error("cancelled", None)),
        };
        let code = match (&answer, &self.client) {
            (Ok(answer), Some(client)) => client.error_instead_of(answer),
            (Err(error), Some(client)) => Some(client.code(error.code)),
            (Ok(_), None) => None,
            (Err(error), None) => Some(error.code),
        };
        self.outcome.code = code.map(|code| code.0);
        self.outcome.status = match (code, self.outcome.error) {
            (None, None) => Status::Success,
            _ => Status::Error,
        };
        match &answer {
            Err(error) => self.span.failed("", self.outcome.code, &error.message),
            Ok(_) if self.outcome.status == Status::Error => {
                self.span.failed("tool_error", self.outcome.code, self.reason())
            }
            Ok(_) => self.span.succeeded(),
        }
        answer
    }

    /// Why a call failed whose answer is a result.
    fn reason(&self) -> &str {
        match &self.outcome.error {
            None | Some(ErrorType::ToolError) => "",
            Some(error) => error.label_value(),
        }
    }

    /// Runs a handler until it finishes, panics, is cancelled or has had its time. One that watches its token may clean up.
    pub(super) async fn watch<T>(&self, handler: impl Future<Output = T> + Send, limit: Option<Duration>) -> Ending<T> {
        // What a panicking handler leaves behind is the user's; the SDK's tasks have the same contract.
        let handler = pin!(self.span.around(AssertUnwindSafe(handler).catch_unwind()));
        let mut handler = handler.map(|answer| answer.map_or(Ending::Panicked, Ending::Finished));
        let time = async {
            match limit {
                Some(limit) => {
                    tokio::time::sleep(limit).await;
                    limit
                }
                None => std::future::pending().await,
            }
        };
        let stopped = async {
            match &self.stopping {
                Some(stopping) => stopping.cancelled().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            ending = &mut handler => return ending,
            () = self.cancelled.cancelled() => {}
            // A subscription ends so in any case.
            () = stopped => return if self.outcome.is_subscription() { Ending::Cancelled } else { Ending::Stopped },
            limit = time => return Ending::TimedOut(limit),
        }
        if self.is_watched.load(Ordering::Relaxed) {
            let _ = tokio::time::timeout(CLEAN_UP, handler).await;
        }
        Ending::Cancelled
    }
}

/// How a handler ended.
pub(super) enum Ending<T> {
    Finished(T),
    Panicked,
    Cancelled,
    /// The server stops.
    Stopped,
    TimedOut(Duration),
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_recorded {
            if self.outcome.status == Status::Cancelled {
                self.span.failed("cancelled", None, "");
            }
            let ticks = clock::now().saturating_sub(self.start);
            self.metrics.record(&self.outcome, ticks, self.span.sampled());
        }
    }
}

/// The size of a content block, without the JSON around it.
fn bytes(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => text.text.len(),
        ContentBlock::Image(image) => image.data.len(),
        ContentBlock::Audio(audio) => audio.data.len(),
        ContentBlock::Resource(resource) => match &resource.resource {
            ResourceContents::TextResourceContents { text, .. } => text.len(),
            ResourceContents::BlobResourceContents { blob, .. } => blob.len(),
            _ => 0,
        },
        _ => 0,
    }
}
