//! Calls of a tool over HTTP on connections that stay open: calls a second, and how long a client waits.
//!
//! It needs the standard library alone:
//!
//! ```sh
//! cargo run --release -p cryptofunk-metrics --example greeter -- --http &
//! rustc --edition 2024 -O benches/keep_alive.rs -o /tmp/keep_alive && /tmp/keep_alive 127.0.0.1:9299 16 5
//! ```
//!
//! Arguments: the address, the connections, the seconds.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"keep-alive","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hello","arguments":{"name":"Ada"}}}"#;

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

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize, default| arguments.get(at).map_or(default, |text| text.parse().expect("a number"));
    let address = arguments.get(1).cloned().unwrap_or("127.0.0.1:9299".to_owned());
    let (connections, seconds) = (number(2, 16), number(3, 5));
    let end = Instant::now() + Duration::from_secs(seconds);
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let address = address.clone();
            std::thread::spawn(move || {
                let stream = TcpStream::connect(address).expect("a server");
                stream.set_nodelay(true).expect("an option");
                let mut stream = BufReader::new(stream);
                let session = ask(&mut stream, "", INITIALIZE).1.expect("a session");
                ask(&mut stream, &session, INITIALIZED);
                let mut waited = Vec::new();
                while Instant::now() < end {
                    let start = Instant::now();
                    let (answer, _) = ask(&mut stream, &session, CALL);
                    waited.push(start.elapsed());
                    assert!(answer.contains("Hello, Ada!"), "{answer}");
                }
                waited
            })
        })
        .collect();
    let mut waited: Vec<Duration> = threads.into_iter().flat_map(|thread| thread.join().expect("calls")).collect();
    waited.sort();
    let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{} calls a second over {connections} connections; p50 {:.2} ms, p99 {:.2} ms",
        waited.len() as u64 / seconds,
        at(0.5),
        at(0.99)
    );
}
