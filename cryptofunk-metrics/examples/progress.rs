//! A tool that reports its progress.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example progress
//! ```
//!
//! Let an MCP host start `target/debug/examples/progress`, or start it yourself with `--http`. While it runs, its metrics are
//! on <http://127.0.0.1:9274/metrics>.

use std::time::Duration;

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
    service::ServiceError,
};

struct Progress {
    data: &'static str,
}

/// Reports the progress of operations that take long.
#[mcp_server(name = "progress", port = 9274)]
impl Progress {
    /// Processes records, one a second.
    #[mcp_tool]
    async fn stream_processor(&self, peer: Peer<RoleServer>, token: ProgressToken) -> Result<String, ServiceError> {
        let records = self.data.split(' ');
        let total = records.clone().count();
        for (done, record) in records.enumerate() {
            let progress = ProgressNotificationParam::new(token.clone(), (done + 1) as f64);
            peer.notify_progress(progress.with_total(total as f64).with_message(record)).await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(format!("Processed {total} records successfully"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Progress { data: "11111 22222 33333 44444 55555" };
    match std::env::args().any(|argument| argument == "--http") {
        true => server.serve_http(Progress::address()?).await,
        false => server.serve().await,
    }
}
