//! Health checks, and the exporter as a library; what it takes from the network is tested end to end.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use cryptofunk_metrics::{
    Error,
    catalog::system,
    descriptor::{ComponentDescriptor, ComponentKind},
    exporter::Exporter,
    testing::value_of,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const fn component(name: &'static str) -> ComponentDescriptor {
    ComponentDescriptor::new(name, ComponentKind::Service, 1, "A <component> & more.")
}

/// The status line and the body of an answer.
async fn get(address: std::net::SocketAddr, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_failing_check_makes_the_component_unhealthy() {
    let broken = Arc::new(AtomicBool::new(true));
    let check = broken.clone();
    let running = Exporter::new(component("checked"), "1.2.3")
        .check("database", move || {
            let broken = check.load(SeqCst);
            async move { if broken { Err("connection refused".to_owned()) } else { Ok(()) } }
        })
        .check("queue", || async { Ok(()) })
        .bind("127.0.0.1:0")
        .await
        .expect("a free port")
        .spawn();
    let health = || get(running.local_addr(), "/health");

    let (status, body) = health().await;
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
    let report: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(report["status"], "unhealthy");
    assert_eq!((&report["version"], &report["component"]), (&"1.2.3".into(), &"checked".into()));
    assert_eq!(report["checks"]["database"], serde_json::json!({"status": "unhealthy", "error": "connection refused"}));
    assert_eq!(report["checks"]["queue"], serde_json::json!({"status": "healthy"}));
    assert!(report["timestamp"].as_str().expect("a time").ends_with('Z') && report["uptime_seconds"].is_u64());
    assert_eq!(value_of(system::component_healthy(system::Component("checked"))), 0);

    broken.store(false, SeqCst);
    // A scrape runs the checks too, so that an alert needs no one to ask for the health.
    get(running.local_addr(), "/metrics").await;
    assert_eq!(value_of(system::component_healthy(system::Component("checked"))), 1);
    assert_eq!(health().await.0, "HTTP/1.1 200 OK");
    running.stop().await;
}

#[tokio::test]
async fn a_check_that_hangs_fails_in_time() {
    let running = Exporter::new(component("hanging"), "1")
        .check("network", std::future::pending)
        .bind("127.0.0.1:0")
        .await
        .expect("a free port")
        .spawn();
    let (status, body) = get(running.local_addr(), "/health").await;
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
    assert!(body.contains("no answer within 2 s"), "{body}");
    running.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_names_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address");
    let error = Exporter::new(component("late"), "1").bind(address).await.expect_err("taken");
    assert!(matches!(error, Error::AddressInUse { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "address {address} is already in use; stop the process that listens there, or choose another port with METRICS_PORT"
        )
    );
    let error = Exporter::new(component("late"), "1").address_from("--listen").bind(address).await.expect_err("taken");
    assert!(error.to_string().ends_with("or choose another port with --listen"));
}

#[tokio::test]
async fn an_unusable_address_is_an_error() {
    let error =
        Exporter::new(component("lost"), "1").bind("203.0.113.1:9").await.expect_err("not an address of this machine");
    assert!(error.to_string().starts_with("cannot listen on 203.0.113.1:9: "), "{error}");
}

#[tokio::test]
async fn an_empty_token_is_an_error() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error =
        Exporter::new(component("open"), "1").token_file(file.path()).bind("127.0.0.1:0").await.expect_err("empty");
    assert!(error.to_string().ends_with("which METRICS_TOKEN_FILE names: the file is empty"), "{error}");
}

#[tokio::test]
async fn the_page_shows_the_component_and_escapes_it() {
    let running = Exporter::new(component("paged"), "1").bind("127.0.0.1:0").await.expect("a free port").spawn();
    let (status, page) = get(running.local_addr(), "/").await;
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(page.contains("<h1>paged</h1>") && page.contains("version 1, up "), "{page}");
    assert!(page.contains("<p class=soft>A &lt;component&gt; &amp; more.</p>"), "{page}");
    running.stop().await;
}

#[tokio::test]
async fn stopping_waits_for_open_requests() {
    let (entered, mut enter) = tokio::sync::mpsc::channel(1);
    let (leave, left) = tokio::sync::watch::channel(false);
    let running = Exporter::new(component("busy"), "1")
        .check("slow", move || {
            let (entered, mut left) = (entered.clone(), left.clone());
            async move {
                entered.send(()).await.map_err(|error| error.to_string())?;
                left.wait_for(|left| *left).await.map_err(|error| error.to_string())?;
                Ok(())
            }
        })
        .bind("127.0.0.1:0")
        .await
        .expect("a free port")
        .spawn();
    let address = running.local_addr();
    let request = tokio::spawn(async move { get(address, "/health").await });
    enter.recv().await.expect("the request arrives");
    let stopping = tokio::spawn(running.stop());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    leave.send_replace(true);
    assert_eq!(request.await.expect("answered").0, "HTTP/1.1 200 OK");
    stopping.await.expect("stopped");
}
