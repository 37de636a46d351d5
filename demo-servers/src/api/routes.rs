//! The paths and what they answer.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    middleware,
    routing::{get, post},
};
use serde_json::json;

use super::{openapi, portfolio::Portfolio, service::Api};
use crate::{
    access::Token,
    bus::message::Signal,
    orchestrator::{AgentState, Decision, Status},
    order_executor::{Position, SessionStats, Trade, TradePage},
    rest::{Failure, Page, Paging},
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
    Ok(Json(stats.into()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_described_and_every_reference_leads_somewhere() {
        let description = openapi::description();
        for path in PATHS.iter().filter(|path| !path.ends_with("openapi.json")) {
            assert!(description["paths"][path].is_object(), "{path}");
        }
        let text = description.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(description.pointer(reference).is_some(), "{reference}");
        }
        assert!(text.matches("$ref").count() > 10);
    }
}
