//! A family that clashes with another once it is used, when the exporter answers already.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use cryptofunk_metrics::{
    Error,
    descriptor::{ComponentDescriptor, ComponentKind},
    exporter::Exporter,
    metrics,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[metrics(namespace = "late")]
mod first {
    /// How full it is.
    pub fn level() -> IntGauge;
}

#[metrics(namespace = "late", lazy)]
mod second {
    /// How often the level changed.
    pub fn level_total() -> Counter;
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(text);
        Ok(text.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An answer, head and body.
async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer
}

#[tokio::test]
async fn a_late_clash_is_logged_once_and_metrics_go_on() {
    const TANK: ComponentDescriptor = ComponentDescriptor::new("tank", ComponentKind::Service, 1, "Holds water.");
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| Log).init();
    let running = Exporter::new(TANK, "1").bind("127.0.0.1:0").await.expect("no clash yet").spawn();
    first::level().set(4);
    second::level_total().inc();
    for _ in 0..3 {
        let answer = get(running.local_addr(), "/metrics").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("\nlate_level 4\n") && !answer.contains("late_level_total"), "{answer}");
    }
    let log = String::from_utf8(LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text");
    let line = "the counter `late_level_total` and the gauge `late_level` have one name in OpenMetrics, `late_level`, at late_clash::first (";
    assert_eq!(log.matches(line).count(), 1, "{log}");
    let again = Exporter::new(TANK, "1").bind("127.0.0.1:0").await;
    assert!(matches!(again, Err(Error::Clash { name: "late_level_total", .. })), "{again:?}");
    running.stop().await;
}
