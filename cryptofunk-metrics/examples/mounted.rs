//! An MCP server in an axum application that already has routes, and metrics in a registry of the prometheus crate:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example mounted
//! curl -s http://127.0.0.1:9285/
//! curl -s http://127.0.0.1:9285/metrics | grep shop
//! ```
//!
//! `/metrics` has `shop_visits_total`, the application's own, beside the tool calls of the server.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use cryptofunk_metrics::{McpServer, exporter::shutdown_signal, mcp::HttpSettings, mcp_server};
use prometheus::{IntCounter, Registry, TextEncoder};

struct Shop;

/// Sells coffee.
#[mcp_server(name = "shop", port = 9285)]
impl Shop {
    /// Orders cups of coffee.
    #[mcp_tool]
    async fn order(&self, cups: u32) -> String {
        format!("{cups} cups are on their way")
    }
}

#[derive(Clone)]
struct App {
    registry: Registry,
    visits: IntCounter,
}

async fn home(State(app): State<App>) -> &'static str {
    app.visits.inc();
    "The shop is open.\n"
}

async fn metrics(State(app): State<App>) -> Result<String, (StatusCode, String)> {
    let text = TextEncoder::new().encode_to_string(&app.registry.gather());
    text.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // What the application has already.
    let registry = Registry::new();
    let visits = IntCounter::new("shop_visits_total", "Visits of the home page.")?;
    registry.register(Box::new(visits.clone()))?;
    let app = Router::new().route("/", get(home)).route("/metrics", get(metrics));

    // What the server adds: its metrics, and its service.
    let server = Shop.into_service(HttpSettings::from_env()?).await?;
    registry.register(Box::new(cryptofunk_metrics::registry()))?;
    let app = app.with_state(App { registry, visits }).nest_service("/mcp", server.clone());

    let listener = tokio::net::TcpListener::bind(Shop::address()?).await?;
    eprintln!("shop: http://{}", listener.local_addr()?);
    let stopped = async move {
        _ = shutdown_signal().await;
        server.stop().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(stopped).await?;
    Ok(())
}
