//! Who may call a server over HTTP, and servers in a router of one's own.

mod raw_http;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Component, McpServer,
    agent::{CallError, McpClient},
    axum::{
        self, Router,
        extract::Request,
        http::StatusCode,
        middleware::{self, Next},
        routing,
    },
    catalog::mcp::{self, ErrorType, Method, Server, Status, Tool, Transport},
    exporter::Exporter,
    mcp::HttpSettings,
    mcp_server,
    testing::{Recording, value_of},
};
use raw_http::{ACCEPT, Answer, INITIALIZE, JSON, begin, call, end, get, head_of, post};
use tokio::{
    net::TcpListener,
    sync::{Notify, oneshot},
};

#[derive(Clone)]
struct Guarded;

/// Does nothing.
#[mcp_server(name = "guarded", port = 9313)]
impl Guarded {
    /// Does nothing.
    #[mcp_tool]
    async fn nothing(&self) {}
}

#[derive(Clone, Default)]
struct Mounted {
    entered: Arc<Notify>,
    released: Arc<Notify>,
}

/// Waits.
#[mcp_server(name = "mounted-service", port = 9314)]
impl Mounted {
    /// Waits until it is released.
    #[mcp_tool]
    async fn wait(&self) {
        self.entered.notify_one();
        self.released.notified().await;
    }
}

async fn serve(settings: HttpSettings) -> SocketAddr {
    let bound = Guarded.bind_http("127.0.0.1:0", settings).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    address
}

async fn initialize(address: SocketAddr, headers: &[(&str, &str)]) -> Answer {
    post(address, "/mcp", headers, INITIALIZE).await
}

async fn preflight(address: SocketAddr, origin: &str) -> Answer {
    let asked = ("Access-Control-Request-Headers", "authorization,content-type,mcp-session-id,mcp-param-city");
    let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST"), asked];
    end(begin(address, ("OPTIONS", "/mcp"), &headers, ("", 0)).await).await
}

/// A file with a token, gone with the test.
struct Token(PathBuf);

impl Token {
    fn new(name: &str, token: &str) -> Self {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::write(&path, token).expect("a file");
        Token(path)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_bearer_token_is_asked_for() {
    let token = Token::new("mcp-token", "secret\n");
    let settings =
        HttpSettings::default().bearer_token_file(&token.0).authorization_server("https://login.example.com");
    let address = serve(settings).await;
    let recording = Recording::start();
    let answer = initialize(address, &[]).await;
    assert_eq!(answer.status, 401, "{answer:?}");
    let metadata = "http://localhost/.well-known/oauth-protected-resource/mcp";
    let challenge = answer.header("www-authenticate").expect("a challenge");
    assert_eq!(challenge, format!("Bearer realm=\"mcp\", resource_metadata=\"{metadata}\""));
    let refused = mcp::errors_total(Server("guarded"), Method::Other, ErrorType::Refused);
    assert_eq!(recording.increase_of(refused), 1);
    for wrong in ["Bearer secret2", "Bearer secre", "Basic secret", "Bearer", ""] {
        assert_eq!(initialize(address, &[("Authorization", wrong)]).await.status, 401, "{wrong}");
    }
    let wrong = initialize(address, &[("Authorization", "Bearer wrong")]).await;
    assert!(wrong.header("www-authenticate").is_some_and(|text| text.contains("error=\"invalid_token\"")), "{wrong:?}");
    assert_eq!(initialize(address, &[("Authorization", "bearer secret")]).await.status, 200);
    assert_eq!((get(address, "/metrics").await.status, get(address, "/health").await.status), (200, 200));
    // Every method.
    for method in ["GET", "DELETE"] {
        assert_eq!(end(begin(address, (method, "/mcp"), &[ACCEPT], ("", 0)).await).await.status, 401, "{method}");
    }
    for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
        let answer = get(address, path).await;
        assert_eq!(
            answer.body,
            r#"{"resource":"http://localhost/mcp","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}"#
        );
    }
    std::fs::write(&token.0, "renewed").expect("a file");
    let renewed = async { while initialize(address, &[("Authorization", "Bearer renewed")]).await.status != 200 {} };
    tokio::time::timeout(Duration::from_secs(30), renewed).await.expect("it is read again");
    assert_eq!(initialize(address, &[("Authorization", "Bearer secret")]).await.status, 401);
}

#[tokio::test]
async fn a_client_shows_its_token() {
    let token = Token::new("mcp-token-client", "secret");
    let address = serve(HttpSettings::default().bearer_token_file(&token.0)).await;
    let client = McpClient::new(Guarded::NAME, format!("http://{address}/mcp"));
    let error = client.call::<()>("nothing", serde_json::json!({})).await.expect_err("no token");
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
    let client = client.token_file(&token.0);
    client.call::<Option<()>>("nothing", serde_json::json!({})).await.map_or_else(
        // The tool has nothing to say.
        |error| assert!(matches!(error, CallError::Unreadable { .. }), "{error}"),
        |_| (),
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_read_is_an_error_at_the_start() {
    let settings = HttpSettings::default().bearer_token_file("/nowhere/token");
    let error = Guarded.bind_http("127.0.0.1:0", settings).await.expect_err("no token").to_string();
    assert!(error.contains("/nowhere/token, which MCP_TOKEN_FILE names"), "{error}");
}

#[tokio::test]
async fn a_layer_of_ones_own_decides() {
    let key = middleware::from_fn(async |request: Request, next: Next| match request.headers().get("x-api-key") {
        Some(key) if key == "open sesame" => Ok(next.run(request).await),
        _ => Err(StatusCode::UNAUTHORIZED),
    });
    let address = serve(HttpSettings::default().layer(key)).await;
    assert_eq!(initialize(address, &[]).await.status, 401);
    assert_eq!(initialize(address, &[("X-Api-Key", "open sesame")]).await.status, 200);
    assert_eq!(get(address, "/metrics").await.status, 200);
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call_and_no_others() {
    let address = serve(HttpSettings::default().allow_origin("https://app.example.com")).await;
    for origin in ["https://app.example.com", "http://localhost:5173"] {
        let answer = preflight(address, origin).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("DELETE")));
        assert!(answer.header("access-control-allow-headers").is_some_and(|names| names.contains("mcp-param-city")));
        let answer = initialize(address, &[("Origin", origin)]).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(origin)));
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("mcp-session-id")));
    }
    for origin in ["https://evil.example", "https://app.example.com.evil.example", "null"] {
        for answer in [preflight(address, origin).await, initialize(address, &[("Origin", origin)]).await] {
            for header in
                ["access-control-allow-origin", "access-control-allow-headers", "access-control-expose-headers"]
            {
                assert_eq!(answer.header(header), None, "{answer:?}");
            }
        }
        assert_eq!(initialize(address, &[("Origin", origin)]).await.status, 403);
    }
    for host in ["evil.example", "localhost.evil.example:80"] {
        assert_eq!(initialize(address, &[("Host", host)]).await.status, 403);
    }
    assert_eq!(initialize(address, &[("Host", "localhost"), ("Host", "localhost")]).await.status, 400);
}

#[tokio::test]
async fn a_refusal_for_want_of_a_token_can_be_read_by_pages() {
    let token = Token::new("mcp-token-cors", "secret");
    let address = serve(HttpSettings::default().bearer_token_file(&token.0)).await;
    assert_eq!(preflight(address, "http://localhost:5173").await.status, 200, "a preflight has no token");
    let answer = initialize(address, &[("Origin", "http://localhost:5173")]).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (401, Some("http://localhost:5173")));
    assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("www-authenticate")));
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing_on_merged_routes() {
    let routes = Router::new().route("/pause", routing::get(|| async { "running" }).post(|| async { "paused" }));
    let exporter = Exporter::of(&Arc::new(Guarded)).merge(routes).allow_origins(["https://app.example.com"]);
    let running = exporter.bind("127.0.0.1:0").await.expect("a free port").spawn();
    let address = running.local_addr();
    for (origin, status) in
        [("https://evil.example", 403), ("https://app.example.com", 200), ("http://127.0.0.1:1", 200)]
    {
        assert_eq!(post(address, "/pause", &[("Origin", origin)], "{}").await.status, status, "{origin}");
        let read = begin(address, ("GET", "/pause"), &[("Origin", origin)], ("", 0)).await;
        assert_eq!(end(read).await.status, 200);
    }
    assert_eq!(post(address, "/pause", &[], "{}").await.status, 200);
    running.stop().await;
}

#[tokio::test]
async fn a_service_in_a_router_of_ones_own_is_measured_as_with_serve_http() {
    let mounted = Mounted::default();
    let metrics = Exporter::of(&Arc::new(mounted.clone())).into_router().await.expect("no clash");
    let service = mounted.clone().into_service(HttpSettings::default()).await.expect("no token");
    let router = Router::new()
        .nest_service("/tools/mcp", service.clone())
        .merge(service.metadata_routes())
        .nest("/internal", metrics);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, told) = oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = told.await;
        tokio::spawn(async move { service.stop().await });
    });
    let server = tokio::spawn(async move { server.await });

    let (label, recording) = (Server(Mounted::NAME), Recording::start());
    let start = get(address, "/internal/metrics").await.body;
    let series = r#"cryptofunk_mcp_tool_calls_total{server="mounted-service",tool="wait",status="success"} 0"#;
    assert!(start.contains(series), "{start}");
    let answer = post(address, "/tools/mcp", &[], INITIALIZE).await;
    let session = answer.header("mcp-session-id").expect("a session").to_owned();
    assert_eq!(value_of(mcp::sessions_active(label, Transport::Http)), 1);
    let headers = [ACCEPT, JSON, ("Mcp-Session-Id", session.as_str())];
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(post(address, "/tools/mcp", &headers[2..], initialized).await.status, 202);
    let body = call("wait", "{}");
    let waiting = begin(address, ("POST", "/tools/mcp"), &headers, (&body, body.len())).await;
    mounted.entered.notified().await;
    assert_eq!(value_of(mcp::requests_in_flight(label)), 1);
    mounted.released.notify_one();
    assert_eq!(end(waiting).await.status, 200);
    assert_eq!(value_of(mcp::requests_in_flight(label)), 0);
    assert_eq!(recording.increase_of(mcp::tool_calls_total(label, Tool("wait"), Status::Success)), 1);
    assert_eq!(post(address, "/tools/mcp", &[("Mcp-Session-Id", "none")], &body).await.status, 404);
    assert_eq!(recording.increase_of(mcp::errors_total(label, Method::Other, ErrorType::Refused)), 1);
    // A stream does not keep the application from stopping.
    let mut stream = begin(address, ("GET", "/tools/mcp"), &headers, ("", 0)).await;
    assert_eq!(head_of(&mut stream).await.status, 200);
    stop.send(()).expect("it runs");
    server.await.expect("no panic").expect("no error");
    let over = async {
        while value_of(mcp::sessions_active(label, Transport::Http)) != 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), over).await.expect("the session ends");
}
