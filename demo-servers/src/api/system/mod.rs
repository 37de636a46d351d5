//! The system's page at `/`: the portfolio, what was decided and traded, and how each component is.
//!
//! Everything on it is asked for when somebody looks: the account and its trades of order-executor, decisions of the orchestrator, and of each
//! component its metrics. What does not answer is said to be down, and the rest is shown.

mod body;
mod components;

use std::{path::PathBuf, sync::Arc};

use axum::{extract::State, http::HeaderMap};
use components::Components;
use cryptofunk_metrics::{descriptor::ComponentDescriptor, exporter::html::Document};
use serde_json::json;

use super::service::Api;
use crate::{
    access::without_port,
    orchestrator::{Decision, Status},
    order_executor::{SessionStats, TradePage},
    rest::{Failure, Page, Paging},
    settings::WrongSetting,
};

/// The values of the portfolio that are plotted: the rounds of half a day of the market.
const ROUNDS: u32 = 720;
/// Decisions and trades that are listed, of each.
const LISTED: u32 = 12;

/// Whom the page asks.
#[derive(Debug)]
pub(super) struct System {
    api: Arc<Api>,
    components: Components,
}

/// What they have answered.
struct Answers {
    status: Result<Status, Failure>,
    account: Result<SessionStats, Failure>,
    trades: Result<TradePage, Failure>,
    decisions: Result<Page<Decision>, Failure>,
}

impl System {
    /// The page of these components, whose metrics ask for the token in the file if there is one.
    pub(super) fn new(
        api: &Arc<Api>,
        components: &'static [ComponentDescriptor],
        token_file: Option<PathBuf>,
    ) -> Result<Self, WrongSetting> {
        let components = Components::new(components, token_file, api.client.clone())?;
        Ok(System { api: Arc::clone(api), components })
    }

    /// The page.
    pub(super) async fn page(State(system): State<Arc<Self>>, headers: HeaderMap) -> Document {
        let host = headers.get("host").and_then(|host| host.to_str().ok()).map_or("127.0.0.1", without_port);
        let (answers, components) = tokio::join!(system.ask(), system.components.look());
        body::page(&answers, &components, host)
    }

    async fn ask(&self) -> Answers {
        let newest = Paging { limit: LISTED, offset: 0 };
        let (status, account, trades, decisions) = tokio::join!(
            self.api.ask("/api/v1/status", &()),
            self.api.call("get_session_stats", json!({ "history": ROUNDS })),
            self.api.call("list_trades", json!({ "limit": LISTED })),
            self.api.ask("/api/v1/decisions", &newest),
        );
        Answers { status, account, trades, decisions }
    }
}
