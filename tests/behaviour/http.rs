//! Requests over HTTP, a connection each, that can be broken at any moment.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Far more than anything here takes, and less than the SDK gives handlers of a session that has ended.
pub(crate) const SOON: Duration = Duration::from_secs(4);

/// A connection with one request on it.
pub(crate) struct Connection {
    stream: TcpStream,
    pub(crate) answer: String,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr, method: &str, headers: &[(&str, &str)], body: Option<Value>) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!(
            "{method} /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        Connection { stream, answer: String::new() }
    }

    /// Reads on until the answer contains this.
    pub(crate) async fn until(&mut self, text: &str) -> &str {
        let read = async {
            while !self.answer.contains(text) {
                let mut buffer = [0; 4096];
                let n = self.stream.read(&mut buffer).await.expect("an answer");
                assert!(n > 0, "the connection ends before `{text}`: {}", self.answer);
                self.answer.push_str(std::str::from_utf8(&buffer[..n]).expect("text"));
            }
        };
        tokio::time::timeout(SOON, read).await.unwrap_or_else(|_| panic!("no `{text}` in time"));
        &self.answer
    }
}

/// The id of a new session.
pub(crate) async fn open_session(address: SocketAddr) -> String {
    let params = json!({
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "raw", "version": "1" },
    });
    let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let mut connection = Connection::open(address, "POST", &[], Some(initialize)).await;
    let answer = connection.until("\"protocolVersion\"").await.to_owned();
    let header = answer.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).expect("a session");
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    Connection::open(address, "POST", &[("Mcp-Session-Id", header)], Some(initialized)).await.until("202").await;
    header.to_owned()
}
