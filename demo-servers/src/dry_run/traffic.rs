//! What people and hosts do all day: they look at the API, and open sessions with MCP servers and end them.

use std::time::Duration;

use cryptofunk_metrics::{Component, agent::McpClient};
use demo_servers::{Api, MarketData};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use super::stack::Stack;

/// What is asked for, again and again; the last is not there.
const PATHS: [&str; 5] =
    ["/api/v1/portfolio", "/api/v1/trades?limit=5", "/api/v1/decisions?limit=5", "/api/v1/agents", "/api/v1/nothing"];

/// Asks the API and the market until it is dropped.
pub(super) fn start(stack: &Stack) -> JoinSet<()> {
    let urls = PATHS.map(|path| stack.url(&Api::DESCRIPTOR, path));
    let client = stack.client.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        for url in urls.iter().cycle() {
            // While components are down it fails, and is counted as such.
            let _ = client.get(url).send().await;
            sleep(Duration::from_millis(200)).await;
        }
    });
    let market = McpClient::new(MarketData::NAME, stack.url(&MarketData::DESCRIPTOR, "/mcp"));
    tasks.spawn(async move {
        loop {
            let _ = market.call::<Value>("get_price", json!({ "symbol": "BTC-USD" })).await;
            // As models call: without an argument, and what does not exist.
            let _ = market.call::<Value>("get_price", json!({})).await;
            let _ = market.call::<Value>("get_weather", json!({})).await;
            market.close().await;
            sleep(Duration::from_secs(1)).await;
        }
    });
    tasks
}
