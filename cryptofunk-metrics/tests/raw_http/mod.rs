//! HTTP by hand, for what no client of MCP does.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const ACCEPT: (&str, &str) = ("Accept", "application/json, text/event-stream");
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

/// What a server answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// An answer that was read as far as it came.
    fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no status: {text}")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

fn head(method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += "Host: localhost\r\n";
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head + "\r\n"
}

/// Sends the head of a request, and a part of its body.
pub(crate) async fn begin(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    (body, length): (&str, usize),
) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    // A server that refuses the request may have closed the connection before it has all of it.
    let _ = stream.write_all((head(method, path, headers, length) + body).as_bytes()).await;
    stream
}

/// Reads an answer to its end.
pub(crate) async fn end(mut stream: TcpStream) -> Answer {
    let mut text = Vec::new();
    if let Err(error) = stream.read_to_end(&mut text).await {
        assert!(!text.is_empty(), "{error}");
    }
    Answer::of(&text)
}

/// Reads an answer up to the end of its head, and what came with it.
pub(crate) async fn head_of(stream: &mut TcpStream) -> Answer {
    let mut text = Vec::new();
    while !text.windows(4).any(|end| end == b"\r\n\r\n") {
        assert!(stream.read_buf(&mut text).await.expect("an answer") > 0, "closed");
    }
    Answer::of(&text)
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    end(begin(address, ("GET", path), &[], ("", 0)).await).await
}

pub(crate) async fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers: Vec<_> = [ACCEPT, JSON].into_iter().chain(headers.iter().copied()).collect();
    end(begin(address, ("POST", path), &headers, (body, body.len())).await).await
}

pub(crate) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}"#;
pub(crate) const PING: &str = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;

/// Opens a session; its id.
pub(crate) async fn open_session(address: SocketAddr) -> String {
    let answer = post(address, "/mcp", &[], INITIALIZE).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = answer.header("mcp-session-id").expect("a session").to_owned();
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(post(address, "/mcp", &[("Mcp-Session-Id", &id)], initialized).await.status, 202);
    id
}

/// The body of a call.
pub(crate) fn call(tool: &str, arguments: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#)
}

/// Opens the stream of a session; the connection and what was answered.
pub(crate) async fn open_stream(address: SocketAddr, session: &str) -> (TcpStream, Answer) {
    let mut stream = begin(address, ("GET", "/mcp"), &[ACCEPT, ("Mcp-Session-Id", session)], ("", 0)).await;
    let answer = head_of(&mut stream).await;
    (stream, answer)
}
