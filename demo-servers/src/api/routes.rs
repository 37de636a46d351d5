//! The paths and what they answer.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    middleware,
    routing::{get, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Api, openapi};
use crate::{
    bus::message::Signal,
    orchestrator::{AgentState, Decision, Status},
    order_executor::{Position, SessionStats, Trade, TradePage},
    rest::{Failure, Page, Paging, Token},
};

/// All paths; their series exist from the start.
pub(super) const PATHS: [&str; 10] = [
    "/api/v1/status",
    "/api/v1/portfolio",
    "/api/v1/positions",
    "/api/v1/trades",
    "/api/v1/signals",
    "/api/v1/decisions",
    "/api/v1/agents",
    "/api/v1/pause",
    "/api/v1/resume",
    "/api/v1/openapi.json",
];

/// The account as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Portfolio {
    /// The session.
    session_id: String,
    /// The tick of the market that positions are valued at.
    tick: u64,
    /// Cash and positions, in USD.
    portfolio_value_usd: f64,
    /// The cash, in USD.
    cash_usd: f64,
    /// The value of all positions, in USD.
    exposure_usd: f64,
    /// How many positions are open.
    positions_open: usize,
    /// The gain since the start, in USD.
    total_pnl_usd: f64,
    /// The gain of all sales, in USD.
    realized_pnl_usd: f64,
    /// All fees, in USD.
    fees_usd: f64,
    /// Orders that were executed.
    trades: i64,
    /// Orders that were refused.
    rejected_orders: i64,
    /// The share of sales that made a profit, from 0 to 1.
    win_rate: Option<f64>,
    /// The Sharpe ratio for a year.
    sharpe_ratio: Option<f64>,
    /// The worst loss from a highest value, from 0 to 1.
    max_drawdown: f64,
    /// The loss of now from the highest value, from 0 to 1.
    current_drawdown: f64,
}

type Shared = State<Arc<Api>>;
type Answer<T> = Result<Json<T>, Failure>;

pub(super) fn routes(api: &Arc<Api>, token: Token) -> Router {
    let changes = Router::new()
        .route("/api/v1/pause", post(pause))
        .route("/api/v1/resume", post(resume))
        .route_layer(middleware::from_fn_with_state(token, Token::require));
    Router::new()
        .route("/api/v1/status", get(status))
        .route("/api/v1/portfolio", get(portfolio))
        .route("/api/v1/positions", get(positions))
        .route("/api/v1/trades", get(trades))
        .route("/api/v1/signals", get(signals))
        .route("/api/v1/decisions", get(decisions))
        .route("/api/v1/agents", get(agents))
        .route("/api/v1/openapi.json", get(async || Json(openapi::description())))
        .route("/api/{*rest}", get(async || Failure::not_found()).post(async || Failure::not_found()))
        .merge(changes)
        .method_not_allowed_fallback(async || Failure::method())
        .with_state(Arc::clone(api))
}

async fn status(State(api): Shared) -> Answer<Status> {
    api.ask("/api/v1/status", &()).await.map(Json)
}

async fn portfolio(State(api): Shared) -> Answer<Portfolio> {
    let stats: SessionStats = api.call("get_session_stats", json!({})).await?;
    Ok(Json(Portfolio {
        session_id: stats.session_id,
        tick: stats.tick,
        portfolio_value_usd: stats.portfolio_value_usd,
        cash_usd: stats.cash_usd,
        exposure_usd: stats.exposure_usd,
        positions_open: stats.positions.len(),
        total_pnl_usd: stats.total_pnl_usd,
        realized_pnl_usd: stats.realized_pnl_usd,
        fees_usd: stats.fees_usd,
        trades: stats.trades,
        rejected_orders: stats.rejected_orders,
        win_rate: stats.win_rate,
        sharpe_ratio: stats.sharpe_ratio,
        max_drawdown: stats.max_drawdown,
        current_drawdown: stats.current_drawdown,
    }))
}

async fn positions(State(api): Shared, paging: Paging) -> Answer<Page<Position>> {
    let stats: SessionStats = api.call("get_session_stats", json!({})).await?;
    Ok(Json(Page::of(stats.positions.into_iter(), paging)))
}

async fn trades(State(api): Shared, paging: Paging) -> Answer<Page<Trade>> {
    let Paging { limit, offset } = paging;
    let page: TradePage = api.call("list_trades", json!({ "limit": limit, "offset": offset })).await?;
    Ok(Json(Page { items: page.trades, total: u64::try_from(page.total).unwrap_or(0), limit, offset }))
}

async fn signals(State(api): Shared, paging: Paging) -> Answer<Page<Signal>> {
    api.ask("/api/v1/signals", &paging).await.map(Json)
}

async fn decisions(State(api): Shared, paging: Paging) -> Answer<Page<Decision>> {
    api.ask("/api/v1/decisions", &paging).await.map(Json)
}

async fn agents(State(api): Shared, paging: Paging) -> Answer<Page<AgentState>> {
    api.ask("/api/v1/agents", &paging).await.map(Json)
}

async fn pause(State(api): Shared) -> Answer<Status> {
    api.tell("/pause").await.map(Json)
}

async fn resume(State(api): Shared) -> Answer<Status> {
    api.tell("/resume").await.map(Json)
}
