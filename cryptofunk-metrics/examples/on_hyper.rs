//! A server as a tower service, on hyper alone:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example on_hyper
//! ```
//!
//! It prints the address of the MCP endpoint. It serves no `/metrics`: another exporter of the process may, or [`METRICS_PUSH_URL`] pushes.
//!
//! [`METRICS_PUSH_URL`]: cryptofunk_metrics::push

use cryptofunk_metrics::{Component, McpServer, exporter::shutdown_signal, mcp::HttpSettings, mcp_server};
use hyper::server::conn::http1::Builder;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};

struct Echo;

/// Echoes.
#[mcp_server(name = "on-hyper", port = 9274)]
impl Echo {
    /// Repeats a text.
    #[mcp_tool]
    fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let service = TowerToHyperService::new(Echo.into_service(HttpSettings::from_env()?).await?);
    let port = std::env::var("MCP_PORT").map_or(Ok(Echo::PORT), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("http://{}", listener.local_addr()?);
    let mut stop = std::pin::pin!(shutdown_signal());
    loop {
        let (stream, _) = tokio::select! {
            stopped = &mut stop => return Ok(stopped?),
            accepted = listener.accept() => accepted?,
        };
        tokio::spawn(Builder::new().serve_connection(TokioIo::new(stream), service.clone()));
    }
}
