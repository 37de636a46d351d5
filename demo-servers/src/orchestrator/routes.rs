//! What the orchestrator answers over HTTP, beside its metrics.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    middleware,
    routing::{get, post},
};

use super::{
    conductor::Orchestrator,
    state::{AgentState, Decision, Status},
};
use crate::{
    access::Token,
    bus::message::Signal,
    rest::{Failure, Page, Paging},
};

type Shared = State<Arc<Orchestrator>>;

pub(super) fn routes(orchestrator: &Arc<Orchestrator>, token: Token) -> Router {
    let changes = Router::new()
        .route("/pause", post(pause))
        .route("/resume", post(resume))
        .route_layer(middleware::from_fn_with_state(token, Token::require));
    Router::new()
        .route("/api/v1/status", get(status))
        .route("/api/v1/signals", get(signals))
        .route("/api/v1/decisions", get(decisions))
        .route("/api/v1/agents", get(agents))
        .merge(changes)
        .method_not_allowed_fallback(async || Failure::method())
        .with_state(Arc::clone(orchestrator))
}

async fn status(State(orchestrator): Shared) -> Json<Status> {
    Json(orchestrator.state().status())
}

async fn signals(State(orchestrator): Shared, paging: Paging) -> Json<Page<Signal>> {
    Json(Page::of(orchestrator.state().signals.iter().rev().cloned(), paging))
}

async fn decisions(State(orchestrator): Shared, paging: Paging) -> Json<Page<Decision>> {
    Json(Page::of(orchestrator.state().decisions.iter().rev().cloned(), paging))
}

async fn agents(State(orchestrator): Shared, paging: Paging) -> Json<Page<AgentState>> {
    Json(Page::of(orchestrator.state().agents().into_iter(), paging))
}

async fn pause(State(orchestrator): Shared) -> Result<Json<Status>, Failure> {
    orchestrator.set_paused(true).await.map_err(Failure::unavailable)?;
    Ok(Json(orchestrator.state().status()))
}

async fn resume(State(orchestrator): Shared) -> Result<Json<Status>, Failure> {
    orchestrator.set_paused(false).await.map_err(Failure::unavailable)?;
    Ok(Json(orchestrator.state().status()))
}
