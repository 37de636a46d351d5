//! A client that calls a tool over connections that stay open, one call after another on each. It is the standard library alone, so that it costs
//! little beside the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"keep-alive","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello, world"}}}"#;

/// What a client sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) calls_a_second: f64,
    /// In ms.
    pub(super) p50: f64,
    /// In ms.
    pub(super) p99: f64,
}

/// Calls for so long over so many connections, with or without sessions. `opened` runs when all connections are there.
pub(super) fn load(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    with_sessions: bool,
    opened: impl FnOnce(),
) -> Seen {
    let ready = Arc::new(Barrier::new(connections + 1));
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let ready = Arc::clone(&ready);
            thread::spawn(move || {
                let (mut stream, session) = connect(address, with_sessions);
                ready.wait();
                ready.wait();
                let start = Instant::now();
                let mut waited = Vec::new();
                while start.elapsed() < time {
                    let start = Instant::now();
                    let (answer, _) = ask(&mut stream, &session, CALL);
                    waited.push(start.elapsed().as_secs_f64() * 1e3);
                    assert!(answer.contains("hello, world"), "{answer}");
                }
                if with_sessions {
                    end(&mut stream, &session);
                }
                waited
            })
        })
        .collect();
    ready.wait();
    opened();
    ready.wait();
    let mut waited: Vec<f64> = threads.into_iter().flat_map(|thread| thread.join().expect("calls")).collect();
    waited.sort_by(f64::total_cmp);
    let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize];
    Seen { calls_a_second: waited.len() as f64 / time.as_secs_f64(), p50: at(0.5), p99: at(0.99) }
}

/// A connection, and the line of a head that says its session.
fn connect(address: SocketAddr, with_session: bool) -> (BufReader<TcpStream>, String) {
    let stream = TcpStream::connect(address).expect("a server");
    stream.set_nodelay(true).expect("an option");
    let mut stream = BufReader::new(stream);
    if !with_session {
        return (stream, String::new());
    }
    let session = ask(&mut stream, "", INITIALIZE).1.expect("a session");
    ask(&mut stream, &session, INITIALIZED);
    (stream, session)
}

fn end(stream: &mut BufReader<TcpStream>, session: &str) {
    let head = format!("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n{session}Connection: close\r\n\r\n");
    stream.get_mut().write_all(head.as_bytes()).expect("the server reads");
    stream.read_to_end(&mut Vec::new()).expect("an answer");
}

/// Sends a request and reads the whole answer; its session, if it opened one.
fn ask(stream: &mut BufReader<TcpStream>, session: &str, body: &str) -> (String, Option<String>) {
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{session}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.get_mut().write_all(head.as_bytes()).expect("the server reads");
    let (mut length, mut opened, mut chunked) = (0, None, false);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("a head");
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        chunked |= lower.starts_with("transfer-encoding: chunked");
        if lower.starts_with("mcp-session-id:") {
            opened = Some(line.clone());
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut answer = vec![0; length];
    if !chunked {
        stream.read_exact(&mut answer).expect("a body");
    }
    while chunked {
        let mut line = String::new();
        stream.read_line(&mut line).expect("a chunk");
        let length = usize::from_str_radix(line.trim(), 16).expect("its length");
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).expect("its bytes");
        answer.extend(&chunk[..length]);
        chunked = length > 0;
    }
    (String::from_utf8(answer).expect("text"), opened)
}
