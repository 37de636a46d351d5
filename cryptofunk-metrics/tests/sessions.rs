//! What clients of the SDK do with sessions over HTTP, and what a server records of it.

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{
    McpServer,
    axum::Router,
    catalog::mcp::{self, Server, Status, Tool, Transport},
    mcp::HttpSettings,
    mcp_server,
    rmcp::{
        RoleClient,
        model::CallToolRequestParams,
        service::{RunningService, ServiceExt},
        transport::{
            StreamableHttpClientTransport, StreamableHttpServerConfig, StreamableHttpService,
            streamable_http_server::session::local::LocalSessionManager,
        },
    },
    testing::{Recording, value_of},
};
use tokio::{net::TcpListener, sync::Notify};

type Client = RunningService<RoleClient, ()>;

struct OnDrop(Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[derive(Default)]
struct Patient {
    entered: Arc<Notify>,
    dropped: Arc<Notify>,
}

/// Waits for ever.
#[mcp_server(name = "patient", port = 9310)]
impl Patient {
    /// Waits for ever.
    #[mcp_tool]
    async fn wait(&self) {
        let _guard = OnDrop(self.dropped.clone());
        self.entered.notify_one();
        std::future::pending().await
    }
}

struct InARouter;

/// Does nothing.
#[mcp_server(name = "in-a-router", port = 9311)]
impl InARouter {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

async fn connect(address: std::net::SocketAddr) -> Client {
    let transport = StreamableHttpClientTransport::from_uri(format!("http://{address}/mcp"));
    ().serve(transport).await.expect("a session")
}

fn active(server: &'static str) -> i64 {
    value_of(mcp::sessions_active(Server(server), Transport::Http))
}

async fn soon(future: impl Future<Output = ()>) {
    // The SDK gives handlers of a session that has ended five seconds.
    tokio::time::timeout(Duration::from_secs(4), future).await.expect("it happens soon");
}

#[tokio::test]
async fn a_client_that_leaves_cancels_its_calls() {
    let server = Patient::default();
    let (entered, dropped) = (server.entered.clone(), server.dropped.clone());
    let settings = HttpSettings::default().resume_within(Duration::from_secs(3600));
    let bound = server.bind_http("127.0.0.1:0", settings).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));

    let recording = Recording::start();
    let client = connect(address).await;
    let peer = client.peer().clone();
    let call = tokio::spawn(async move { peer.call_tool(CallToolRequestParams::new("wait")).await });
    soon(entered.notified()).await;
    client.cancel().await.expect("it leaves in good order");
    call.await.expect("no panic").expect_err("no answer");
    soon(dropped.notified()).await;
    let cancelled = mcp::tool_calls_total(Server("patient"), Tool("wait"), Status::Cancelled);
    assert_eq!(recording.increase_of(cancelled), 1);
}

#[tokio::test]
async fn sessions_of_a_router_of_ones_own_are_counted() {
    let service: StreamableHttpService<InARouter, LocalSessionManager> =
        StreamableHttpService::new(|| Ok(InARouter), Arc::default(), StreamableHttpServerConfig::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().nest_service("/mcp", service);
    tokio::spawn(async move { cryptofunk_metrics::axum::serve(listener, router).await });

    let (one, other) = (connect(address).await, connect(address).await);
    one.call_tool(CallToolRequestParams::new("nothing")).await.expect("a result");
    assert_eq!(active("in-a-router"), 2);
    for (client, left) in [(one, 1), (other, 0)] {
        client.cancel().await.expect("it leaves in good order");
        soon(async {
            while active("in-a-router") != left {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}
