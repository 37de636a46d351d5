//! What a call may still do when it is cancelled: clean up, if it watches its token.

use std::sync::Arc;

use cryptofunk_metrics::{
    Instrumented,
    conventions::mcp::{Method, Server, Status, Tool},
    mcp_server,
    testing::Recording,
};
use rmcp::{
    ErrorData, RoleClient, RoleServer, ServerHandler, ServiceExt,
    model::*,
    service::{PeerRequestOptions, RequestContext, RunningService},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

type Asked = RequestContext<RoleServer>;

#[derive(Default)]
struct Events {
    entered: Notify,
    cleaned: Notify,
    dropped: Notify,
}

struct OnDrop(Arc<Events>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

#[derive(Clone, Default)]
struct Tidy(Arc<Events>);

impl Tidy {
    /// Waits for its end, and cleans up, which takes several turns.
    async fn work(&self, token: &CancellationToken) {
        let _guard = OnDrop(Arc::clone(&self.0));
        self.0.entered.notify_one();
        token.cancelled().await;
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.0.cleaned.notify_one();
    }

    async fn never(&self) {
        let _guard = OnDrop(Arc::clone(&self.0));
        self.0.entered.notify_one();
        std::future::pending().await
    }
}

/// Leaves nothing behind.
#[mcp_server(name = "tidy", port = 9312)]
impl Tidy {
    /// Watches its token.
    #[mcp_tool]
    async fn token(&self, token: CancellationToken) {
        self.work(&token).await;
    }

    /// Watches the token in its context, whose type has another name here.
    #[mcp_tool]
    async fn context(&self, asked: Asked) {
        self.work(&asked.ct).await;
    }

    /// Has a token, and does not look at it.
    #[mcp_tool]
    async fn deaf(&self, _: CancellationToken) {
        self.never().await;
    }

    /// Has none.
    #[mcp_tool]
    async fn plain(&self) {
        self.never().await;
    }

    /// A handler that is given its context alone, by another name.
    #[mcp_handler]
    async fn list_prompts(&self, asked: Asked) -> Result<ListPromptsResult, ErrorData> {
        self.work(&asked.ct).await;
        Ok(ListPromptsResult::default())
    }

    /// The context may stand first.
    #[mcp_handler]
    async fn complete(&self, asked: Asked, _: CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
        self.work(&asked.ct).await;
        Ok(CompleteResult::default())
    }

    /// This one cannot know.
    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        self.never().await;
        Ok(ListResourcesResult::default())
    }
}

async fn connect<S: ServerHandler>(server: S) -> RunningService<RoleClient, ()> {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move { ServiceExt::serve(server, there).await.expect("a client").waiting().await });
    ().serve(here).await.expect("it opens a session")
}

/// Waits for something; the clock is tokio's own, which moves when everything waits.
async fn soon(event: &Notify) {
    tokio::time::timeout(std::time::Duration::from_secs(60), event.notified()).await.expect("it happens");
}

/// Sends a request, and cancels it once its handler runs.
async fn cancelled(events: &Events, client: &RunningService<RoleClient, ()>, request: ClientRequest) {
    let handle = client.send_cancellable_request(request, PeerRequestOptions::no_options()).await.expect("sent");
    events.entered.notified().await;
    handle.cancel(None).await.expect("the notification is sent");
}

fn tool(name: &'static str) -> ClientRequest {
    ClientRequest::CallToolRequest(CallToolRequest::new(CallToolRequestParams::new(name)))
}

fn list_prompts() -> ClientRequest {
    ClientRequest::ListPromptsRequest(ListPromptsRequest::default())
}

fn complete() -> ClientRequest {
    let params = CompleteRequestParams::new(Reference::for_prompt("any"), ArgumentInfo::new("name", "value"));
    ClientRequest::CompleteRequest(CompleteRequest::new(params))
}

fn list_resources() -> ClientRequest {
    ClientRequest::ListResourcesRequest(ListResourcesRequest::default())
}

#[tokio::test(start_paused = true)]
async fn what_watches_its_token_cleans_up_and_counts_as_cancelled() {
    let tidy = Tidy::default();
    let events = Arc::clone(&tidy.0);
    let client = connect(tidy).await;
    let recording = Recording::start();
    for request in [tool("token"), tool("context"), list_prompts(), complete()] {
        cancelled(&events, &client, request).await;
        soon(&events.cleaned).await;
        soon(&events.dropped).await;
    }
    for name in ["token", "context"] {
        let counts = [Status::Success, Status::Error, Status::Cancelled].map(|status| {
            recording.increase_of(cryptofunk_metrics::catalog::mcp::tool_calls_total(
                Server("tidy"),
                Tool(name),
                status,
            ))
        });
        assert_eq!(counts, [0, 0, 1], "{name}");
    }
    for method in [Method::PromptsList, Method::CompletionComplete] {
        let cancelled = cryptofunk_metrics::catalog::mcp::requests_total(Server("tidy"), method, Status::Cancelled);
        assert_eq!(recording.increase_of(cancelled), 1, "{method:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_is_dropped_and_at_once_if_it_cannot_know() {
    let tidy = Tidy::default();
    let events = Arc::clone(&tidy.0);
    let client = connect(tidy).await;
    for (request, seconds) in [(tool("deaf"), 5), (tool("plain"), 0), (list_resources(), 0)] {
        let start = tokio::time::Instant::now();
        cancelled(&events, &client, request).await;
        soon(&events.dropped).await;
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}

/// Written by hand: it has its context always.
#[derive(Clone)]
struct ByHand(Tidy);

impl ServerHandler for ByHand {
    async fn call_tool(&self, _: CallToolRequestParams, context: Asked) -> Result<CallToolResponse, ErrorData> {
        self.0.work(&context.ct).await;
        Ok(CallToolResult::success(Vec::new()).into())
    }
}

#[tokio::test(start_paused = true)]
async fn so_does_a_handler_that_is_written_by_hand() {
    let tidy = Tidy::default();
    let events = Arc::clone(&tidy.0);
    let client = connect(Instrumented::named("by-hand-and-tidy", ByHand(tidy))).await;
    cancelled(&events, &client, tool("any")).await;
    soon(&events.cleaned).await;
    soon(&events.dropped).await;
}
