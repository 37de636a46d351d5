//! What a server over HTTP bears: connections, streams, calls, sessions and bodies, and how it stops.

mod raw_http;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use cryptofunk_metrics::{
    McpServer,
    catalog::mcp::{self, ErrorType, Method, Server, Status, Tool},
    mcp::HttpSettings,
    mcp_server,
    testing::Recording,
};
use raw_http::{ACCEPT, Answer, INITIALIZE, JSON, PING, begin, call, end, get, open_session, open_stream, post};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

const KNOWN_SERVER: Server = Server("limited");

#[derive(Default, Clone)]
struct Limited {
    entered: Arc<Notify>,
    released: Arc<Notify>,
}

/// Waits when it is told to.
#[mcp_server(name = "limited", port = 9312)]
impl Limited {
    /// Waits until it is released.
    #[mcp_tool]
    async fn wait(&self, padding: Option<String>) -> &'static str {
        drop(padding);
        self.entered.notify_one();
        self.released.notified().await;
        "released"
    }

    /// Counts.
    #[mcp_tool]
    async fn count(&self, numbers: Vec<f64>) -> usize {
        numbers.len()
    }

    /// Doubles.
    #[mcp_tool]
    async fn double(&self, number: u32) -> u32 {
        number * 2
    }
}

struct Running {
    address: SocketAddr,
    server: Limited,
    stop: oneshot::Sender<()>,
    stopped: JoinHandle<()>,
}

async fn serve(settings: HttpSettings) -> Running {
    let server = Limited::default();
    let bound = server.clone().bind_http("127.0.0.1:0", settings).await.expect("a free port");
    let address = bound.local_addr();
    let (stop, told) = oneshot::channel();
    let stopped = tokio::spawn(bound.run_until(async {
        let _ = told.await;
    }));
    Running { address, server, stop, stopped }
}

impl Running {
    /// Sends a call of a session, whose answer is awaited later.
    async fn begin_call(&self, session: &str, body: &str) -> TcpStream {
        let headers = [ACCEPT, JSON, ("Mcp-Session-Id", session)];
        begin(self.address, ("POST", "/mcp"), &headers, (body, body.len())).await
    }
}

fn assert_busy(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.header("retry-after"), Some("1"), "{answer:?}");
    assert!(answer.body.contains(r#""code":-32000"#), "{answer:?}");
}

async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let awaited = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), awaited).await.expect("it happens");
}

#[tokio::test]
async fn idle_connections_make_room_for_a_scrape() {
    let running = serve(HttpSettings::default().connections(20)).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(running.address).await.expect("it is accepted"));
    }
    // Slow scrapers, which read nothing.
    for _ in 0..100 {
        idle.push(begin(running.address, ("GET", "/metrics"), &[], ("", 0)).await);
    }
    assert_eq!(get(running.address, "/metrics").await.status, 200);
    assert_eq!(get(running.address, "/health").await.status, 200);
    // All but 20 were closed, the oldest first.
    for connection in &mut idle[..80] {
        assert!(!matches!(connection.read(&mut [0; 16]).await, Ok(1..)), "it is closed");
    }
}

#[tokio::test]
async fn streams_leave_places_to_other_paths() {
    let running = serve(HttpSettings::default().connections(20).streams(1000)).await;
    let mut streams = Vec::new();
    let refused = loop {
        let session = open_session(running.address).await;
        let (stream, answer) = open_stream(running.address, &session).await;
        if answer.status != 200 {
            break answer;
        }
        streams.push(stream);
    };
    assert_eq!(streams.len(), 7, "the rest is for calls, scrapes and probes");
    assert_busy(&refused);
    assert_eq!(get(running.address, "/metrics").await.status, 200);
    assert_eq!(get(running.address, "/health").await.status, 200);
}

#[tokio::test]
async fn a_client_that_has_closed_its_side_gets_its_answer() {
    let running = serve(HttpSettings::default()).await;
    let session = open_session(running.address).await;
    let mut stream = running.begin_call(&session, &call("wait", "{}")).await;
    stream.shutdown().await.expect("its side is closed");
    running.server.entered.notified().await;
    // The server has had the time to see that nothing more comes.
    assert_eq!(get(running.address, "/health").await.status, 200);
    running.server.released.notify_one();
    let answer = end(stream).await;
    assert!(answer.body.contains("released"), "{answer:?}");
}

#[tokio::test]
async fn a_stream_too_many_is_refused() {
    let running = serve(HttpSettings::default().streams(1)).await;
    let session = open_session(running.address).await;
    let (first, answer) = open_stream(running.address, &session).await;
    assert_eq!(answer.status, 200);
    assert_busy(&open_stream(running.address, &session).await.1);
    drop(first);
    until(async || open_stream(running.address, &session).await.1.status == 200).await;
}

#[tokio::test]
async fn a_call_too_many_is_refused() {
    let running = serve(HttpSettings::default().calls(1)).await;
    let session = open_session(running.address).await;
    let first = running.begin_call(&session, &call("wait", "{}")).await;
    running.server.entered.notified().await;
    let recording = Recording::start();
    assert_busy(&post(running.address, "/mcp", &[("Mcp-Session-Id", &session)], PING).await);
    assert_eq!(recording.increase_of(mcp::errors_total(KNOWN_SERVER, Method::Other, ErrorType::Refused)), 1);
    running.server.released.notify_one();
    assert!(end(first).await.body.contains("released"));
    assert_eq!(post(running.address, "/mcp", &[("Mcp-Session-Id", &session)], PING).await.status, 200);
}

#[tokio::test]
async fn a_session_too_many_is_refused() {
    let running = serve(HttpSettings::default().sessions(2)).await;
    let first = open_session(running.address).await;
    open_session(running.address).await;
    assert_busy(&post(running.address, "/mcp", &[], INITIALIZE).await);
    let delete = begin(running.address, ("DELETE", "/mcp"), &[("Mcp-Session-Id", &first)], ("", 0)).await;
    assert_eq!(end(delete).await.status, 204);
    assert_eq!(post(running.address, "/mcp", &[], INITIALIZE).await.status, 200);
}

#[tokio::test]
async fn idle_sessions_end_and_those_in_use_do_not() {
    let running = serve(HttpSettings::default().sessions(3).session_idle(Duration::from_millis(500))).await;
    let ping = async |session: &str| post(running.address, "/mcp", &[("Mcp-Session-Id", session)], PING).await.status;
    let (calling, streaming) = (open_session(running.address).await, open_session(running.address).await);
    let answer = running.begin_call(&calling, &call("wait", "{}")).await;
    running.server.entered.notified().await;
    let (_stream, _) = open_stream(running.address, &streaming).await;
    let left = open_session(running.address).await;
    // The end of one makes room for another.
    until(async || post(running.address, "/mcp", &[], INITIALIZE).await.status == 200).await;
    assert_eq!(ping(&left).await, 404);
    assert_eq!((ping(&calling).await, ping(&streaming).await), (200, 200));
    running.server.released.notify_one();
    assert!(end(answer).await.body.contains("released"));
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_errors_of_json_rpc() {
    let settings = HttpSettings::default().body_limit(100_000).value_limit(1_000);
    let running = serve(settings.read_within(Duration::from_millis(500))).await;
    let session = open_session(running.address).await;
    let ask = async |body: &str| post(running.address, "/mcp", &[("Mcp-Session-Id", &session)], body).await;
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    for (body, status, text) in [
        (call("count", &deep), 400, r#""code":-32600,"message":"JSON is nested more than"#),
        (call("count", "{nonsense"), 400, r#""code":-32700,"message":"parse error"#),
        (r#"{"jsonrpc":"2.0","id":1}"#.to_owned(), 400, r#""code":-32600,"message":"this is no message"#),
        (r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":5}"#.to_owned(), 400, r#""id":7,"error":{"code":-32600"#),
        (call("count", &format!("[{}1]", "1,".repeat(1000))), 413, "more than 1000 JSON values"),
        (call("wait", &format!(r#"{{"padding":"{}"}}"#, "x".repeat(100_000))), 413, "exceeds 100000 bytes"),
        (call("count", r#"{"numbers":[1,2]}"#), 200, r#""text":"2""#),
    ] {
        let answer = ask(&body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(text), "{answer:?}");
    }
    let slow = begin(running.address, ("POST", "/mcp"), &[ACCEPT, JSON], ("{", 100)).await;
    assert_eq!(end(slow).await.status, 408);
    // Without a length.
    let chunked = [ACCEPT, JSON, ("Transfer-Encoding", "chunked")];
    let text = format!("{:x}\r\n{}\r\n0\r\n\r\n", 100_001, "x".repeat(100_001));
    let mut stream = TcpStream::connect(running.address).await.expect("a server");
    let mut request = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".to_owned();
    chunked.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
    let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, (request + "\r\n" + &text).as_bytes()).await;
    assert_eq!(end(stream).await.status, 413);
}

#[tokio::test]
async fn large_bodies_share_what_there_is() {
    let settings = HttpSettings::default().body_limit(100_000).bodies_limit(100_000);
    let running = serve(settings.read_within(Duration::from_millis(500))).await;
    let session = open_session(running.address).await;
    let large = call("wait", &format!(r#"{{"padding":"{}"}}"#, "x".repeat(90_000)));
    let first = running.begin_call(&session, &large).await;
    running.server.entered.notified().await;
    assert_busy(&end(running.begin_call(&session, &large).await).await);
    assert_eq!(post(running.address, "/mcp", &[("Mcp-Session-Id", &session)], PING).await.status, 200, "a small one");
    running.server.released.notify_one();
    assert!(end(first).await.body.contains("released"));
    // Those that wait have their turn.
    running.server.released.notify_one();
    let second = running.begin_call(&session, &large).await;
    running.server.entered.notified().await;
    let third = running.begin_call(&session, &large).await;
    running.server.released.notify_one();
    assert!(end(second).await.body.contains("released"));
    running.server.entered.notified().await;
    running.server.released.notify_one();
    assert!(end(third).await.body.contains("released"));
}

#[tokio::test]
async fn an_error_about_an_argument_echoes_little_of_it() {
    let running = serve(HttpSettings::default()).await;
    let session = open_session(running.address).await;
    let body = call("double", &format!(r#"{{"number":"{}"}}"#, "x".repeat(1_000_000)));
    let answer = post(running.address, "/mcp", &[("Mcp-Session-Id", &session)], &body).await;
    assert!(answer.body.contains("argument `number`") && answer.body.contains("expected u32"), "{answer:?}");
    assert!(answer.body.len() < 1000, "{}", answer.body.len());
}

#[tokio::test]
async fn calls_finish_before_the_server_stops() {
    let running = serve(HttpSettings::default().drain_for(Duration::from_secs(3600))).await;
    let session = open_session(running.address).await;
    let (mut stream, _) = open_stream(running.address, &session).await;
    let answer = running.begin_call(&session, &call("wait", "{}")).await;
    running.server.entered.notified().await;
    running.stop.send(()).expect("it runs");
    until(async || TcpStream::connect(running.address).await.is_err()).await;
    running.server.released.notify_one();
    assert!(end(answer).await.body.contains("released"));
    running.stopped.await.expect("no panic");
    // The stream of the session did not keep it from stopping.
    while stream.read(&mut [0; 1024]).await.is_ok_and(|bytes| bytes > 0) {}
}

#[tokio::test]
async fn calls_that_do_not_finish_are_answered_with_an_error() {
    let running = serve(HttpSettings::default().drain_for(Duration::from_millis(100))).await;
    let session = open_session(running.address).await;
    let recording = Recording::start();
    let answer = running.begin_call(&session, &call("wait", "{}")).await;
    running.server.entered.notified().await;
    running.stop.send(()).expect("it runs");
    let answer = end(answer).await;
    assert!(answer.body.contains("the server stops before the tool `wait` has finished"), "{answer:?}");
    running.stopped.await.expect("no panic");
    assert_eq!(recording.increase_of(mcp::errors_total(KNOWN_SERVER, Method::ToolsCall, ErrorType::Internal)), 1);
    assert_eq!(recording.increase_of(mcp::tool_calls_total(KNOWN_SERVER, Tool("wait"), Status::Error)), 1);
}

#[tokio::test]
async fn deleting_a_session_ends_its_calls() {
    let running = serve(HttpSettings::default().resume_within(Duration::from_secs(3600))).await;
    let session = open_session(running.address).await;
    let recording = Recording::start();
    let waiting = running.begin_call(&session, &call("wait", "{}")).await;
    running.server.entered.notified().await;
    let delete = begin(running.address, ("DELETE", "/mcp"), &[("Mcp-Session-Id", &session)], ("", 0)).await;
    assert_eq!(end(delete).await.status, 204);
    // Its connection ends without an answer.
    assert!(!end(waiting).await.body.contains("released"));
    let cancelled = mcp::tool_calls_total(KNOWN_SERVER, Tool("wait"), Status::Cancelled);
    until(async || recording.increase_of(cancelled) == 1).await;
}

#[tokio::test]
async fn metrics_may_have_a_port_of_their_own() {
    let settings = HttpSettings::default().metrics_at("127.0.0.1:0".parse().expect("an address"));
    let bound = Limited::default().bind_http("127.0.0.1:0", settings).await.expect("free ports");
    let (mcp, metrics) = (bound.local_addr(), bound.metrics_addr());
    assert_ne!(mcp, metrics);
    tokio::spawn(bound.run_until(std::future::pending()));
    open_session(mcp).await;
    assert_eq!((get(mcp, "/metrics").await.status, get(mcp, "/health").await.status), (404, 404));
    assert_eq!((get(metrics, "/metrics").await.status, get(metrics, "/health").await.status), (200, 200));
    assert_eq!(post(metrics, "/mcp", &[], INITIALIZE).await.status, 404);
}
