//! The adapters that need no server of their own: an SQLite pool, an axum application, the tokio runtime, an MCP client. Redis
//! and NATS are met end to end.

use std::time::Duration;

use axum::{Router, body::Body, http::Request, routing::get};
use cryptofunk_metrics::{
    McpServer,
    adapters::{self, http::HttpLayer},
    agent,
    agent::{AgentSignal, CallError, McpClient, SignalType},
    catalog::{
        agent::{Agent, mcp_call_duration_seconds, mcp_calls_total},
        mcp::{Server, Status},
        system::{
            HttpMethod, HttpStatus, Route, database_connections_active, database_connections_idle,
            database_connections_max, http_request_duration_seconds, http_requests_total,
        },
    },
    encode_text,
    mcp::ToolErrorCode,
    mcp_server,
    testing::{Recording, value_of},
};
use serde_json::{Value, json};
use tower::ServiceExt;

#[tokio::test]
async fn a_pool_shows_its_connections() {
    sqlx::any::install_default_drivers();
    let pool = sqlx::any::AnyPoolOptions::new().max_connections(3).connect("sqlite::memory:").await.expect("SQLite");
    adapters::sqlx::watch(&pool);
    let now = || {
        encode_text();
        [database_connections_active(), database_connections_idle(), database_connections_max()].map(value_of)
    };
    assert_eq!(now(), [0, 1, 3]);
    let one = pool.acquire().await.expect("a connection");
    let two = pool.acquire().await.expect("a connection");
    assert_eq!(now(), [2, 0, 3]);
    drop((one, two));
    // They come back on a task of the pool's.
    while now() != [0, 2, 3] {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_are_counted_by_the_route_that_matched() {
    let app: Router = Router::new()
        .route("/trades/{id}", get(async || "a trade"))
        .route("/broken", get(async || axum::http::StatusCode::INTERNAL_SERVER_ERROR))
        .route("/endless", get(async || std::future::pending::<()>().await))
        .layer(HttpLayer::new(&["/trades/{id}"]));
    assert!(
        encode_text().contains(r#"cryptofunk_http_requests_total{method="GET",route="/trades/{id}",status="2xx"} 0"#)
    );
    let ask = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        app.clone().oneshot(request).await.expect("an answer").status().as_u16()
    };
    let recording = Recording::start();
    let count = |method, route, status| {
        let counted = recording.increase_of(http_requests_total(method, Route(route), status));
        assert_eq!(recording.increase_of(http_request_duration_seconds(method, Route(route), status)).count(), counted);
        counted
    };
    for id in 0..20 {
        assert_eq!(ask("GET", &format!("/trades/{id}")).await, 200);
    }
    assert_eq!(ask("DELETE", "/trades/7").await, 405);
    assert_eq!(ask("BREW", "/trades/7").await, 405);
    assert_eq!(ask("GET", "/broken").await, 500);
    assert_eq!(ask("GET", "/etc/passwd").await, 404);
    assert_eq!(count(HttpMethod::Get, "/trades/{id}", HttpStatus::Success), 20);
    assert_eq!(count(HttpMethod::Delete, "/trades/{id}", HttpStatus::ClientError), 1);
    assert_eq!(count(HttpMethod::Other, "/trades/{id}", HttpStatus::ClientError), 1);
    assert_eq!(count(HttpMethod::Get, "/broken", HttpStatus::ServerError), 1);
    assert_eq!(count(HttpMethod::Get, "unmatched", HttpStatus::ClientError), 1);
    assert!(!encode_text().contains("passwd"));
    // A client that goes away.
    assert!(tokio::time::timeout(Duration::from_millis(5), ask("GET", "/endless")).await.is_err());
    assert_eq!(count(HttpMethod::Get, "/endless", HttpStatus::ServerError), 1);
}

#[tokio::test]
async fn the_runtime_is_shown() {
    adapters::tokio::watch();
    let text = encode_text();
    assert!(text.contains("\ntokio_workers 1\n"), "{text}");
    assert!(text.contains("\ntokio_alive_tasks ") && text.contains("\ntokio_worker_parks_total "));
}

struct Hold;

impl AgentSignal for Hold {
    fn kind(&self) -> SignalType {
        SignalType::Hold
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

struct Caller;

/// Calls.
#[agent(name = "caller-agent", port = 9395)]
impl Caller {
    #[analysis]
    async fn analyze(&self, client: &McpClient) -> Result<Hold, CallError> {
        client.call::<Value>("next", json!({ "number": 1 })).await.map(|_| Hold)
    }
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("bad luck")]
    BadLuck,
    #[error("{0} is too large")]
    TooLarge(u32),
}

impl ToolErrorCode for Refused {
    fn code(&self) -> &'static str {
        match self {
            Refused::BadLuck => "bad_luck",
            Refused::TooLarge(_) => "too_large",
        }
    }
}

#[derive(Clone)]
struct Callee;

/// Is called.
#[mcp_server(name = "callee", port = 9396)]
impl Callee {
    /// Adds one.
    #[mcp_tool]
    async fn next(&self, number: u32) -> Result<Value, Refused> {
        match number {
            13 => Err(Refused::BadLuck),
            1_000.. => Err(Refused::TooLarge(number)),
            _ => Ok(json!({ "next": number + 1 })),
        }
    }

    /// Fails without a code.
    #[mcp_tool]
    async fn grumble(&self) -> Result<Value, String> {
        Err("grumble".to_owned())
    }
}

#[derive(Debug, serde::Deserialize)]
struct Next {
    next: u32,
}

#[tokio::test]
async fn calls_of_an_agent_are_counted_and_a_lost_server_is_found_again() {
    let server = async |address: String| {
        let bound = Callee.bind_http(address, Default::default()).await.expect("the address is free");
        let address = bound.local_addr();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(bound.run_until(async { drop(stopped.await) }));
        (address, stop, running)
    };
    let (address, stop, running) = server("127.0.0.1:0".to_owned()).await;
    let client = McpClient::new("callee", format!("http://{address}/mcp")).recorded_by::<Caller>();
    let recording = Recording::start();
    let counted = || {
        let calls = [Status::Success, Status::Error, Status::Cancelled]
            .map(|status| recording.increase_of(mcp_calls_total(Agent("caller-agent"), Server("callee"), status)));
        let timed = recording.increase_of(mcp_call_duration_seconds(Agent("caller-agent"), Server("callee"))).count();
        assert_eq!(timed, calls.iter().sum::<u64>());
        calls
    };
    let call = async |number: u32| client.call::<Next>("next", json!({ "number": number })).await;
    assert_eq!(call(1).await.expect("an answer").next, 2);
    assert!(Caller.analyze(&client).await.is_ok());
    assert_eq!(counted(), [2, 0, 0]);
    let failed = call(13).await.expect_err("bad luck");
    assert_eq!((failed.to_string().as_str(), failed.code()), ("`next` of callee failed: bad luck", Some("bad_luck")));
    assert_eq!(call(1_000).await.expect_err("too large").code(), Some("too_large"));
    let grumble = client.call::<Next>("grumble", json!({})).await.expect_err("it fails");
    assert_eq!(grumble.to_string(), "`grumble` of callee failed: grumble");
    assert!(matches!(&grumble, CallError::Tool { code: None, .. }) && grumble.code().is_none());
    let unknown = client.call::<Next>("nothing", json!({})).await.expect_err("no such tool");
    assert!(matches!(&unknown, CallError::Failed { .. }) && unknown.code().is_none());
    assert!(matches!(client.call::<u32>("next", json!({ "number": 1 })).await, Err(CallError::Unreadable { .. })));
    assert!(matches!(client.call::<Next>("next", 1).await, Err(CallError::Unreadable { .. })));
    assert_eq!(counted(), [2, 6, 0]);

    stop.send(()).expect("the server runs");
    running.await.expect("the server stops");
    let lost = call(1).await.expect_err("nobody is there");
    assert!(lost.to_string().contains(&address.to_string()), "{lost}");
    let (_, stop, running) = server(address.to_string()).await;
    // The first call may still find out that its session is gone.
    let answer = match call(2).await {
        Ok(answer) => answer,
        Err(_) => call(2).await.expect("a new session"),
    };
    assert_eq!(answer.next, 3);
    client.close().await;
    stop.send(()).expect("the server runs");
    running.await.expect("the server stops");
}
