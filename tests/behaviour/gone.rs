//! Clients that go away: over HTTP with and without a session, and in memory. Their requests count as cancelled.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use cryptofunk_metrics::{
    McpServer,
    catalog::mcp::{self, Method, Server, Status, Tool},
    mcp::HttpSettings,
    mcp_server,
    testing::Recording,
};
use rmcp::{
    ErrorData, RoleServer,
    model::*,
    service::{ClientLifecycleMode, ClientServiceExt, NotificationContext, ServiceExt},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

mod http;

use http::{Connection, SOON, open_session};

const NEVER: Duration = Duration::from_secs(3600);

/// What happens in the server.
#[derive(Default)]
struct Events {
    entered: Notify,
    dropped: Notify,
    go_on: Notify,
    cancelled: Notify,
}

struct OnDrop(Arc<Events>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

struct Patient(Arc<Events>);

/// Waits.
#[mcp_server(name = "patient", port = 9304)]
impl Patient {
    /// Waits until it may go on.
    #[mcp_tool]
    async fn wait(&self) -> &'static str {
        let _guard = OnDrop(self.0.clone());
        self.0.entered.notify_one();
        self.0.go_on.notified().await;
        "done"
    }

    #[mcp_handler]
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().enable_tool_list_changed().build())
    }

    #[mcp_handler]
    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    /// Ends in good order when it is cancelled, as the SDK's documentation shows.
    #[mcp_handler]
    async fn listen(&self, context: rmcp::service::SubscriptionContext) -> Result<(), ErrorData> {
        let _guard = OnDrop(self.0.clone());
        self.0.entered.notify_one();
        context.cancelled().await;
        Ok(())
    }

    #[mcp_handler]
    async fn on_cancelled(&self, _: CancelledNotificationParam, _: NotificationContext<RoleServer>) {
        self.0.cancelled.notify_one();
    }
}

/// Serves, and tells where.
async fn serve(patience: Duration) -> (Arc<Events>, SocketAddr) {
    let events = Arc::<Events>::default();
    let settings = HttpSettings::default().resume_within(patience);
    let bound = Patient(events.clone()).bind_http("127.0.0.1:0", settings).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    (events, address)
}

fn tool_call(id: u32) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "wait", "arguments": {} } })
}

/// A call in a session, after its first event.
async fn call_in(address: SocketAddr, session: &str) -> Connection {
    let mut call = Connection::open(address, "POST", &[("Mcp-Session-Id", session)], Some(tool_call(7))).await;
    call.until("id: 0/").await;
    call
}

async fn soon(notify: &Notify) {
    tokio::time::timeout(SOON, notify.notified()).await.expect("it happens soon");
}

/// Calls of the tool by status: success, error, cancelled.
fn calls(recording: &Recording) -> [u64; 3] {
    [Status::Success, Status::Error, Status::Cancelled]
        .map(|status| recording.increase_of(mcp::tool_calls_total(Server("patient"), Tool("wait"), status)))
}

fn listens(recording: &Recording) -> [u64; 3] {
    let method = Method::SubscriptionsListen;
    [Status::Success, Status::Error, Status::Cancelled]
        .map(|status| recording.increase_of(mcp::requests_total(Server("patient"), method, status)))
}

#[tokio::test]
async fn a_dropped_post_of_a_session_is_cancelled_if_nobody_comes_back() {
    let (events, address) = serve(Duration::from_millis(50)).await;
    let session = open_session(address).await;
    let recording = Recording::start();
    let call = call_in(address, &session).await;
    soon(&events.entered).await;
    drop(call);
    soon(&events.dropped).await;
    assert_eq!(calls(&recording), [0, 0, 1]);
    // The session goes on.
    let mut call = call_in(address, &session).await;
    events.go_on.notify_one();
    call.until("done").await;
    assert_eq!(calls(&recording), [1, 0, 1]);
}

#[tokio::test]
async fn a_client_that_comes_back_in_time_gets_its_answer() {
    let patience = Duration::from_secs(1);
    let (events, address) = serve(patience).await;
    let session = open_session(address).await;
    let recording = Recording::start();
    let call = call_in(address, &session).await;
    soon(&events.entered).await;
    let event = call.answer.lines().find_map(|line| line.strip_prefix("id: ")).expect("an event").to_owned();
    drop(call);
    let headers = [("Mcp-Session-Id", session.as_str()), ("Last-Event-ID", event.as_str())];
    let mut resumed = Connection::open(address, "GET", &headers, None).await;
    resumed.until("200 OK").await;
    // Another client goes away later, and does not come back: when its call is cancelled, the time of the first has passed too.
    let other = open_session(address).await;
    let lost = call_in(address, &other).await;
    soon(&events.entered).await;
    drop(lost);
    soon(&events.dropped).await;
    assert_eq!(calls(&recording), [0, 0, 1]);
    events.go_on.notify_one();
    resumed.until("done").await;
    assert_eq!(calls(&recording), [1, 0, 1]);
}

#[tokio::test]
async fn a_client_that_comes_back_and_goes_again_is_gone() {
    let (events, address) = serve(Duration::from_millis(300)).await;
    let session = open_session(address).await;
    let recording = Recording::start();
    let call = call_in(address, &session).await;
    soon(&events.entered).await;
    let event = call.answer.lines().find_map(|line| line.strip_prefix("id: ")).expect("an event").to_owned();
    let headers = [("Mcp-Session-Id", session.as_str()), ("Last-Event-ID", event.as_str())];
    let mut resumed = Connection::open(address, "GET", &headers, None).await;
    resumed.until("200 OK").await;
    drop((call, resumed));
    soon(&events.dropped).await;
    assert_eq!(calls(&recording), [0, 0, 1]);
}

#[tokio::test]
async fn a_delete_cancels_the_calls_of_its_session_at_once() {
    let (events, address) = serve(NEVER).await;
    let (session, other) = (open_session(address).await, open_session(address).await);
    let recording = Recording::start();
    let mut call = call_in(address, &other).await;
    soon(&events.entered).await;
    let _call = call_in(address, &session).await;
    soon(&events.entered).await;
    Connection::open(address, "DELETE", &[("Mcp-Session-Id", &session)], None).await.until("202").await;
    soon(&events.dropped).await;
    assert_eq!(calls(&recording), [0, 0, 1]);
    // That of another session goes on.
    events.go_on.notify_one();
    call.until("done").await;
    assert_eq!(calls(&recording), [1, 0, 1]);
}

#[tokio::test]
async fn a_client_that_cancels_in_a_session_does_so_once() {
    let (events, address) = serve(Duration::from_millis(100)).await;
    let session = open_session(address).await;
    let recording = Recording::start();
    let call = call_in(address, &session).await;
    soon(&events.entered).await;
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 7 } });
    Connection::open(address, "POST", &[("Mcp-Session-Id", &session)], Some(cancelled)).await.until("202").await;
    soon(&events.dropped).await;
    soon(&events.cancelled).await;
    drop(call);
    tokio::time::timeout(Duration::from_millis(300), events.cancelled.notified()).await.expect_err("it is told once");
    assert_eq!(calls(&recording), [0, 0, 1]);
}

/// The headers and the body of a request without a session.
fn sessionless(method: &'static str, params: Value) -> ([(&'static str, &'static str); 3], Value) {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "raw", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    body["params"]["_meta"] = meta;
    ([("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), ("Mcp-Name", "wait")], body)
}

#[tokio::test]
async fn a_dropped_post_without_a_session_is_cancelled_at_once() {
    let (events, address) = serve(NEVER).await;
    let recording = Recording::start();
    let (headers, body) = sessionless("tools/call", json!({ "name": "wait", "arguments": {} }));
    let call = Connection::open(address, "POST", &headers, Some(body)).await;
    soon(&events.entered).await;
    drop(call);
    soon(&events.dropped).await;
    assert_eq!(calls(&recording), [0, 0, 1]);
}

#[tokio::test]
async fn a_dropped_subscription_over_http_is_cancelled() {
    let (events, address) = serve(NEVER).await;
    let recording = Recording::start();
    let (headers, body) = sessionless("subscriptions/listen", json!({ "notifications": { "toolsListChanged": true } }));
    let mut listen = Connection::open(address, "POST", &headers[..2], Some(body)).await;
    listen.until("acknowledged").await;
    soon(&events.entered).await;
    drop(listen);
    soon(&events.dropped).await;
    tokio::task::yield_now().await;
    assert_eq!(listens(&recording), [0, 0, 1]);
}

#[tokio::test]
async fn a_subscription_that_its_client_cancels_is_cancelled() {
    let events = Arc::<Events>::default();
    let (here, there) = tokio::io::duplex(1 << 16);
    let server = Patient(events.clone());
    tokio::spawn(async move { ServiceExt::serve(server, there).await.expect("a client").waiting().await });
    let recording = Recording::start();
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    let client = ().serve_with_lifecycle(here, lifecycle).await.expect("a server");
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let subscription = client.listen(filter).await.expect("it is accepted");
    soon(&events.entered).await;
    drop(subscription);
    soon(&events.dropped).await;
    tokio::task::yield_now().await;
    assert_eq!(listens(&recording), [0, 0, 1]);
}
