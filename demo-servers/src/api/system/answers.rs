//! What order-executor and the orchestrator say about the portfolio, trades and decisions.

use std::time::Duration;

use cryptofunk_metrics::Component;
use serde_json::json;

use crate::{
    api::service::Api,
    orchestrator::{Decision, Orchestrator, Status},
    order_executor::{OrderExecutor, SessionStats, TradePage},
    rest::{Failure, Page, Paging},
};

/// The values of the portfolio that are plotted: the rounds of half a day of the market.
const ROUNDS: u32 = 720;
/// Decisions and trades that are listed, of each.
const LISTED: u32 = 12;
/// How long the page waits for a component.
const PATIENCE: Duration = Duration::from_secs(3);

/// What they have answered.
pub(super) struct Answers {
    pub(super) status: Result<Status, Failure>,
    pub(super) account: Result<SessionStats, Failure>,
    pub(super) trades: Result<TradePage, Failure>,
    pub(super) decisions: Result<Page<Decision>, Failure>,
}

impl Answers {
    pub(super) async fn ask(api: &Api) -> Self {
        let newest = Paging { limit: LISTED, offset: 0 };
        let (status, account, trades, decisions) = tokio::join!(
            within(Orchestrator::NAME, api.ask("/api/v1/status", &())),
            within(OrderExecutor::NAME, api.call("get_session_stats", json!({ "history": ROUNDS }))),
            within(OrderExecutor::NAME, api.call("list_trades", json!({ "limit": LISTED }))),
            within(Orchestrator::NAME, api.ask("/api/v1/decisions", &newest)),
        );
        Answers { status, account, trades, decisions }
    }
}

/// What a component answers before people lose their patience.
async fn within<T>(component: &str, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let late = |_| {
        let message = format!("{component} does not answer within {} s", PATIENCE.as_secs());
        Err(Failure::unavailable(message))
    };
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(late)
}
