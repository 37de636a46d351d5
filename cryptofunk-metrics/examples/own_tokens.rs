//! A server in an axum router that has its own routes and hands out its own tokens. `/metrics` is open, `/mcp` asks for a token:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example own_tokens
//! curl http://127.0.0.1:9273/api/token/demo
//! ```
//!
//! The answer has a token, with which a client may call `/mcp`. For one fixed token, set `MCP_TOKEN_FILE` instead: see the example `proxied`.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use cryptofunk_metrics::{
    Component, McpServer,
    exporter::{Exporter, shutdown_signal},
    mcp::HttpSettings,
    mcp_server,
};

struct Echo;

/// Echoes.
#[mcp_server(name = "own-tokens", port = 9273)]
impl Echo {
    /// Repeats a text.
    #[mcp_tool]
    fn echo(&self, text: String) -> String {
        text
    }
}

type Tokens = Arc<HashSet<&'static str>>;

async fn require_token(
    State(tokens): State<Tokens>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match given.is_some_and(|given| tokens.contains(given)) {
        true => Ok(next.run(request).await),
        false => Err(StatusCode::UNAUTHORIZED),
    }
}

/// A real server would ask who it is.
async fn token(State(tokens): State<Tokens>, Path(user): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let token = tokens.get(format!("{user}-token").as_str()).ok_or(StatusCode::UNAUTHORIZED)?;
    let answer = serde_json::json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
    Ok(([(CONTENT_TYPE, "application/json")], answer.to_string()))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let tokens: Tokens = Arc::new(HashSet::from(["demo-token", "test-token"]));
    let settings = HttpSettings::from_env()?.layer(middleware::from_fn_with_state(tokens.clone(), require_token));
    let echo = Arc::new(Echo);
    let metrics = Exporter::of(&echo).into_router().await?;
    let service = Echo.into_service(settings).await?;
    let router = Router::new()
        .route("/api/token/{user}", get(token))
        .with_state(tokens)
        .nest_service("/mcp", service)
        .merge(metrics);
    let port = std::env::var("METRICS_PORT").map_or(Ok(Echo::PORT), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(async { _ = shutdown_signal().await }).await?;
    Ok(())
}
