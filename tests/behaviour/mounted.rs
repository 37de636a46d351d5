//! Servers that something else than this library serves: the SDK's own `serve`, and its HTTP service in a router.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Instrumented, McpServer,
    axum::Router,
    catalog::mcp::{self, Method, ProtocolVersion, Server, Status, Transport},
    encode_text,
    mcp::HttpSettings,
    mcp_server,
    testing::{Recording, value_of},
};
use rmcp::{
    RoleClient, ServerHandler,
    service::{RunningService, ServiceExt},
    transport::{
        StreamableHttpServerConfig, StreamableHttpService, streamable_http_server::session::local::LocalSessionManager,
    },
};

mod http;

use http::{Connection, open_session};

type Client = RunningService<RoleClient, ()>;

struct InMemory;

/// Does nothing.
#[mcp_server(name = "in-memory", port = 9306)]
impl InMemory {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct Kept;

/// Does nothing.
#[mcp_server(name = "kept", port = 9306)]
impl Kept {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct InARouter;

/// Does nothing.
#[mcp_server(name = "in-a-router", port = 9306)]
impl InARouter {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

struct ServedHere;

/// Does nothing.
#[mcp_server(name = "served-here", port = 9306)]
impl ServedHere {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

fn active(server: &'static str, transport: Transport) -> i64 {
    value_of(mcp::sessions_active(Server(server), transport))
}

/// Sessions that were opened, by protocol version 2025-11-25, and those that have ended.
fn sessions(recording: &Recording, server: &'static str, transport: Transport) -> (u64, u64) {
    let opened = mcp::sessions_total(Server(server), transport, ProtocolVersion::V2025_11_25);
    let ended = mcp::session_duration_seconds(Server(server), transport);
    (recording.increase_of(opened), recording.increase_of(ended).count())
}

async fn delete(address: SocketAddr, session: &str) {
    Connection::open(address, "DELETE", &[("Mcp-Session-Id", session)], None).await.until("202").await;
}

/// Waits until it is so.
async fn eventually(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("it happens in time");
}

#[tokio::test]
async fn a_session_over_a_transport_of_ones_own_is_counted() {
    let recording = Recording::start();
    let (here, there) = tokio::io::duplex(1 << 16);
    let serving =
        tokio::spawn(async move { ServiceExt::serve(InMemory, there).await.expect("a client").waiting().await });
    let client: Client = ().serve(here).await.expect("a server");
    assert_eq!(active("in-memory", Transport::Stdio), 1);
    assert_eq!(sessions(&recording, "in-memory", Transport::Stdio), (1, 0));
    client.cancel().await.expect("it leaves");
    serving.await.expect("no panic").expect("it ends in good order");
    eventually(|| sessions(&recording, "in-memory", Transport::Stdio) == (1, 1)).await;
    eventually(|| active("in-memory", Transport::Stdio) == 0).await;
}

/// Nothing tells the server that its session is over, but the scrape finds it.
#[tokio::test]
async fn a_session_that_is_over_is_not_active_at_a_scrape() {
    let (here, there) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(ServiceExt::serve(Kept, there));
    let client: Client = ().serve(here).await.expect("a server");
    let kept = serving.await.expect("no panic").expect("a client");
    let exposed = |value: &str| {
        encode_text()
            .contains(&format!("cryptofunk_mcp_sessions_active{{server=\"kept\",transport=\"stdio\"}} {value}\n"))
    };
    assert!(exposed("1"));
    client.cancel().await.expect("it leaves");
    eventually(|| kept.peer().is_transport_closed()).await;
    assert!(exposed("0"));
}

#[tokio::test]
async fn sessions_of_a_router_of_ones_own_are_counted() {
    let service: StreamableHttpService<InARouter, LocalSessionManager> =
        StreamableHttpService::new(|| Ok(InARouter), Arc::default(), StreamableHttpServerConfig::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().nest_service("/mcp", service);
    tokio::spawn(async move { cryptofunk_metrics::axum::serve(listener, router).await });

    let recording = Recording::start();
    let (one, other) = (open_session(address).await, open_session(address).await);
    assert_eq!(active("in-a-router", Transport::Http), 2);
    delete(address, &one).await;
    eventually(|| sessions(&recording, "in-a-router", Transport::Http) == (2, 1)).await;
    eventually(|| active("in-a-router", Transport::Http) == 1).await;
    delete(address, &other).await;
    eventually(|| active("in-a-router", Transport::Http) == 0).await;
}

#[tokio::test]
async fn sessions_that_are_served_here_are_counted_once() {
    let bound = ServedHere.bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    let recording = Recording::start();
    let session = open_session(address).await;
    assert_eq!(active("served-here", Transport::Http), 1);
    assert_eq!(sessions(&recording, "served-here", Transport::Http), (1, 0));
    delete(address, &session).await;
    eventually(|| sessions(&recording, "served-here", Transport::Http) == (1, 1)).await;
    eventually(|| active("served-here", Transport::Http) == 0).await;
}

struct ByHand;

impl ServerHandler for ByHand {}

#[tokio::test]
async fn a_handler_written_by_hand_takes_a_name() {
    let server = Arc::new(Instrumented::named("named", ByHand).with_tools(["told"]));
    assert!(
        encode_text().contains(r#"cryptofunk_mcp_tool_calls_total{server="named",tool="told",status="success"} 0"#)
    );
    let recording = Recording::start();
    let (here, there) = tokio::io::duplex(1 << 16);
    let handler = Arc::clone(&server);
    tokio::spawn(async move { ServiceExt::serve(handler, there).await.expect("a client").waiting().await });
    let client: Client = ().serve(here).await.expect("a server");
    let name = client.peer_info().and_then(|info| info.server_info.clone()).expect("an introduction").name;
    assert_eq!(name, ByHand.get_info().server_info.name, "clients see the handler's own name");
    assert!(!encode_text().contains(&format!("server=\"{name}\"")));
    client.list_tools(None).await.expect_err("it has no such method");
    let lists = mcp::requests_total(Server("named"), Method::ToolsList, Status::Error);
    assert_eq!(recording.increase_of(lists), 1);
    assert_eq!(active("named", Transport::Stdio), 1);
}
