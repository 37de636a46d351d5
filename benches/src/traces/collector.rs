//! A collector that counts spans.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

pub(super) struct Collector {
    pub(super) url: String,
    spans: Arc<AtomicUsize>,
}

impl Collector {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let spans = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&spans);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.expect("a connection");
                let body = read(&stream);
                count.fetch_add(spans_of(&body), Relaxed);
                (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("answered");
            }
        });
        Collector { url, spans }
    }

    pub(super) fn spans(&self) -> usize {
        self.spans.load(Relaxed)
    }
}

/// The body of the one request on a connection.
fn read(stream: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    body
}

/// Spans of an `ExportTraceServiceRequest`: of each resource (field 1) and each scope (field 2) those in field 2.
fn spans_of(request: &[u8]) -> usize {
    let scopes = messages(request, 1).into_iter().flat_map(|resource| messages(resource, 2));
    scopes.map(|scope| messages(scope, 2).len()).sum()
}

/// The messages in a field of a message of protobuf that has no numbers.
fn messages(mut message: &[u8], field: u64) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        assert_eq!(tag & 7, 2, "a text or a message");
        let length = varint(&mut message) as usize;
        let (value, rest) = message.split_at(length);
        if tag >> 3 == field {
            found.push(value);
        }
        message = rest;
    }
    found
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut value = 0;
    for place in 0.. {
        let (byte, rest) = message.split_first().expect("a number");
        *message = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}
