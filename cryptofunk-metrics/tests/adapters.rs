//! The adapters that need no server of their own: an SQLite pool, an axum application, the tokio runtime, an MCP client. Redis
//! and NATS are met end to end.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use cryptofunk_metrics::{
    Label, McpServer,
    adapters::{
        self,
        http::{HttpFamilies, HttpLayer},
        sqlx::Connections,
    },
    agent,
    agent::{AgentSignal, CallError, McpClient},
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
    mcp_server, metrics,
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

#[derive(Label)]
enum Kind {
    Hold,
}

impl AgentSignal for Hold {
    type Kind = Kind;
    fn kind(&self) -> Kind {
        Kind::Hold
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
    async fn next(&self, number: u32) -> Result<Next, Refused> {
        match number {
            13 => Err(Refused::BadLuck),
            1_000.. => Err(Refused::TooLarge(number)),
            _ => Ok(Next { next: number + 1 }),
        }
    }

    /// Fails without a code.
    #[mcp_tool]
    async fn grumble(&self) -> Result<Value, String> {
        Err("grumble".to_owned())
    }
}

#[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
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

#[derive(Label, Clone, Copy)]
enum Pool {
    Orders,
    Users,
}

/// The exact status, where a series exists once it is used.
#[derive(Label, Clone, Copy, PartialEq)]
#[label(on_demand)]
enum Code {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "404")]
    NotFound,
    #[label(rename = "other")]
    Other,
}

impl From<StatusCode> for Code {
    fn from(status: StatusCode) -> Self {
        match status.as_u16() {
            200 => Code::Ok,
            404 => Code::NotFound,
            _ => Code::Other,
        }
    }
}

#[metrics(namespace = "shop")]
mod shop {
    use super::{Code, Pool};

    /// Connections in use.
    pub fn database_active(pool: Pool) -> IntGauge;
    /// Connections that wait for use.
    pub fn database_idle(pool: Pool) -> IntGauge;
    /// Connections that the pool may open.
    pub fn database_max(pool: Pool) -> IntGauge;
    /// Requests by route and status.
    pub fn requests_total(method: HttpMethod, route: Route, code: Code) -> Counter;
    /// Request latency by route and status.
    #[metric(buckets = [0.1, 1.0])]
    pub fn request_duration_seconds(method: HttpMethod, route: Route, code: Code) -> Histogram;
}

#[tokio::test]
async fn two_pools_have_two_labels() {
    sqlx::any::install_default_drivers();
    let pool = async |max| {
        let options = sqlx::any::AnyPoolOptions::new().max_connections(max);
        options.connect("sqlite::memory:").await.expect("SQLite")
    };
    let connections = |pool| Connections {
        active: shop::database_active(pool),
        idle: shop::database_idle(pool),
        max: shop::database_max(pool),
    };
    let (orders, users) = (pool(4).await, pool(2).await);
    adapters::sqlx::watch_as(&orders, connections(Pool::Orders));
    adapters::sqlx::watch_as(&users, connections(Pool::Users));
    let _busy = orders.acquire().await.expect("a connection");
    encode_text();
    let values =
        |pool| [shop::database_active(pool), shop::database_idle(pool), shop::database_max(pool)].map(value_of);
    assert_eq!(values(Pool::Orders), [1, 0, 4]);
    assert_eq!(values(Pool::Users), [0, 1, 2]);
}

#[tokio::test]
async fn requests_are_counted_in_families_and_labels_of_ones_own() {
    let families =
        HttpFamilies { requests_total: shop::requests_total, request_duration_seconds: shop::request_duration_seconds };
    let app: Router = Router::new()
        .route("/orders", get(async || "an order"))
        .layer(HttpLayer::with_families(&["/orders"], families));
    let recording = Recording::start();
    for (path, status) in [("/orders", 200), ("/nowhere", 404)] {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        assert_eq!(app.clone().oneshot(request).await.expect("an answer").status().as_u16(), status);
    }
    for (route, code) in [("/orders", Code::Ok), ("unmatched", Code::NotFound)] {
        assert_eq!(recording.increase_of(shop::requests_total(HttpMethod::Get, Route(route), code)), 1);
        let timed = recording.increase_of(shop::request_duration_seconds(HttpMethod::Get, Route(route), code));
        assert_eq!(timed.count(), 1);
    }
    let text = encode_text();
    assert!(text.contains(r#"shop_requests_total{method="GET",route="/orders",code="200"} 1"#), "{text}");
    assert!(!text.contains(r#"code="other""#), "{text}");
    assert!(!text.contains(r#"cryptofunk_http_requests_total{method="GET",route="/orders""#), "{text}");
}
