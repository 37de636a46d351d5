//! The same tool behind streamable HTTP, with this library and with the SDK alone, each in a process of its own.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use axum::serve::ListenerExt;
use cryptofunk_metrics::{McpServer, mcp::HttpSettings};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::net::TcpListener;

use crate::mcp::{Ours, Theirs};

/// A server that runs.
pub(super) struct Server {
    process: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts a server of this library (`ours`) or of the SDK alone (`theirs`).
    pub(super) fn start(whose: &str, with_sessions: bool) -> Self {
        let program = env::current_exe().expect("this program has a path");
        let sessions = if with_sessions { "sessions" } else { "stateless" };
        let mut process = Command::new(program)
            .args(["serve", whose, sessions])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line).expect("its address");
        Server { process, address: line.trim().parse().expect("an address") }
    }

    /// Its memory, in MB.
    pub(super) fn resident(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/statm", self.process.id())).expect("Linux");
        let pages: f64 = text.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
        pages * 4096.0 / 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves in this process until it is killed.
pub(crate) fn serve(whose: &str, sessions: &str) {
    let with_sessions = sessions == "sessions";
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        match whose {
            "ours" => serve_ours(with_sessions).await,
            _ => serve_theirs(with_sessions).await,
        }
    });
}

fn say(address: SocketAddr) {
    println!("{address}");
    std::io::stdout().flush().expect("the parent reads");
}

async fn serve_ours(with_sessions: bool) {
    // A thousand clients are more than the limits are set for.
    let settings = HttpSettings::default().connections(4096).calls(2048).streams(2048).sessions(4096);
    let settings = if with_sessions { settings } else { settings.stateless() };
    let bound = Ours.bind_http("127.0.0.1:0", settings).await.expect("a free port");
    say(bound.local_addr());
    bound.run().await.expect("a good end");
}

async fn serve_theirs(with_sessions: bool) {
    let config = StreamableHttpServerConfig::default().with_legacy_session_mode(with_sessions);
    let service = StreamableHttpService::new(|| Ok(Theirs), Arc::new(LocalSessionManager::default()), config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    say(listener.local_addr().expect("an address"));
    // As this library does; without it, every call takes 44 ms.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("an option"));
    axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await.expect("a good end");
}
