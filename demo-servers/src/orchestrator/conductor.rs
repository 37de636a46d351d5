//! The orchestrator itself: whom it asks, and the session that it trades in.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cryptofunk_metrics::{
    agent::{CallError, McpClient},
    component,
};
use serde_json::{Value, json};

use super::state::{State, now_ms};
use crate::{
    bus::{self, Bus, BusError, Subject, message::Control},
    domain::{self, orchestrator as families},
    market_data::HISTORY,
    order_executor::{Moment, OrderError, SessionStats},
    progress::Progress,
};

/// Conducts the agents.
#[derive(Debug)]
pub struct Orchestrator {
    pub(super) bus: Arc<dyn Bus>,
    pub(super) market: McpClient,
    pub(super) executor: McpClient,
    pub(super) analyzer: McpClient,
    /// The session that it trades in; if none is named, the one that is active, so that a restart goes on with it.
    pub(super) run: Option<String>,
    pub(super) pace: Pace,
    pub(super) state: Mutex<State>,
    /// Whether rounds take place.
    pub(super) progress: Progress,
}

/// Which ticks have rounds, and how long a round waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Every tick has a round, and each waits for every agent: two runs of one seed decide alike.
    pub(super) repeatable: bool,
    pub(super) patience: Duration,
}

impl Pace {
    /// The tick whose round comes next.
    pub(super) fn next(self, last: Option<u64>, now: u64) -> u64 {
        match last {
            Some(last) if self.repeatable => last + 1,
            Some(last) => now.max(last + 1),
            None if self.repeatable => HISTORY + 1,
            None => now,
        }
    }
}

/// Collects signals, votes, checks risk and sends orders; sessions, pause and resume.
#[component(name = "orchestrator", port = 8081, metrics = [domain::orchestrator, domain::nats])]
impl Orchestrator {
    #[health_check]
    async fn bus(&self) -> Result<(), BusError> {
        self.bus.check().await
    }

    #[health_check]
    fn rounds(&self) -> Result<(), String> {
        self.progress.check("no round")
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn publish(&self, subject: Subject, message: &impl serde::Serialize) -> Result<(), BusError> {
        bus::send(&*self.bus, subject, message).await
    }

    /// Halts trading, or lets it go on.
    pub(super) async fn set_paused(&self, paused: bool) -> Result<(), BusError> {
        self.state().paused = paused;
        tracing::info!(paused, "trading was {} by hand", if paused { "halted" } else { "resumed" });
        self.publish(Subject::Control, if paused { &Control::Pause } else { &Control::Resume }).await
    }

    /// The account when the round of a tick begins, which is recorded, in a session that takes orders. A round that is played again begins
    /// with the same account.
    pub(super) async fn opening(&self, tick: u64) -> Result<SessionStats, CallError> {
        self.stats(json!({ "at": tick, "record": true, "moment": Moment::Opening })).await
    }

    /// The account at a tick after this trade.
    pub(super) async fn after(&self, tick: u64, trade: i64) -> Result<SessionStats, CallError> {
        self.stats(json!({ "at": tick, "moment": Moment::AfterTrade(trade) })).await
    }

    async fn stats(&self, mut arguments: Value) -> Result<SessionStats, CallError> {
        arguments["session_id"] = json!(self.state().session_id);
        let stats: SessionStats = match self.executor.call("get_session_stats", arguments).await {
            Err(error) if error.code() == Some(OrderError::UNKNOWN_SESSION) => self.start_session().await?,
            answer => answer?,
        };
        families::sessions_active().set(stats.active.into());
        if stats.active {
            return Ok(stats);
        }
        tracing::warn!("session {} was stopped; starting another one", stats.session_id);
        self.start_session().await
    }

    /// Stops the session, and starts another one.
    pub(super) async fn start_anew(&self) -> Result<SessionStats, CallError> {
        let session = self.state().session_id.clone();
        let _: SessionStats = self.executor.call("stop_session", json!({ "session_id": session })).await?;
        self.start_session().await
    }

    /// Starts the session of this run, goes on with it, or, if it has ended, starts another one.
    pub(super) async fn start_session(&self) -> Result<SessionStats, CallError> {
        let run = match &self.run {
            Some(run) => run.clone(),
            None => match self.executor.call::<SessionStats>("get_session_stats", json!({})).await {
                Err(error) if error.code() == Some(OrderError::NO_SESSION) => format!("run-{}", now_ms()),
                Ok(active) => active.session_id,
                Err(error) => return Err(error),
            },
        };
        let mut number = 1;
        loop {
            let id = if number == 1 { run.clone() } else { format!("{run}-{number}") };
            let arguments = json!({ "session_id": id, "name": "paper trading", "replace": true });
            match self.executor.call::<SessionStats>("start_session", arguments).await {
                Err(error) if error.code() == Some(OrderError::ENDED_SESSION) => number += 1,
                Ok(stats) => {
                    families::sessions_active().set(1);
                    self.state().session_id = Some(stats.session_id.clone());
                    return Ok(stats);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::{Component, McpServer, mcp::HttpSettings};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        bus::Hub, market_data::MarketData, order_executor::OrderExecutor, risk_analyzer::RiskAnalyzer, settings::Market,
    };

    /// A client of a server that has just started.
    async fn client<S: McpServer>(server: S) -> McpClient {
        let bound = server.bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
        let url = format!("http://{}/mcp", bound.local_addr());
        tokio::spawn(bound.run_until(std::future::pending()));
        McpClient::new(S::NAME, url)
    }

    #[tokio::test]
    async fn a_session_that_is_unknown_or_has_ended_is_followed_by_another_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}/trades.db", folder.path().display());
        let market = || Market { seed: 7, epoch: None, tick: Duration::from_secs(3_600) };
        let for_orders = client(MarketData::new(market())).await;
        let token = folder.path().join("token");
        std::fs::write(&token, "secret").expect("it is written");
        let orders = OrderExecutor::open(&database, for_orders).await.expect("a database").token_file(&token);
        let orchestrator = Orchestrator {
            bus: Hub::new(CancellationToken::new()),
            market: client(MarketData::new(market())).await,
            executor: client(orders).await.token_file(&token),
            analyzer: McpClient::new(RiskAnalyzer::NAME, "http://127.0.0.1:1/mcp"),
            run: Some("run".to_owned()),
            pace: Pace { repeatable: true, patience: Duration::from_secs(1) },
            state: Mutex::new(State::new()),
            progress: Progress::default(),
        };
        let session = async || orchestrator.opening(HISTORY).await.map(|stats| stats.session_id);
        orchestrator.state().session_id = Some("of a database that is gone".to_owned());
        assert_eq!(session().await.expect("a new session"), "run");
        let _: SessionStats = orchestrator.executor.call("stop_session", json!({})).await.expect("it stops");
        assert_eq!(session().await.expect("the next session"), "run-2");
        let unanswered = McpClient::new(OrderExecutor::NAME, "http://127.0.0.1:1/mcp");
        // Without a name, the session that is active.
        let unnamed = Orchestrator { run: None, state: Mutex::new(State::new()), ..orchestrator };
        assert_eq!(unnamed.start_session().await.expect("the active one").session_id, "run-2");
        let other = unnamed.start_anew().await.expect("another one").session_id;
        assert!(other.starts_with("run-") && other != "run-2", "{other}");
        let cut_off = Orchestrator { executor: unanswered, ..unnamed };
        let error = cut_off.opening(HISTORY).await.expect_err("nobody answers");
        assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
    }

    #[test]
    fn a_repeatable_run_leaves_no_tick_out() {
        let pace = |repeatable| Pace { repeatable, patience: Duration::from_secs(1) };
        assert_eq!(pace(true).next(None, 2_000), HISTORY + 1);
        assert_eq!(pace(true).next(Some(1_501), 2_000), 1_502);
        assert_eq!(pace(false).next(None, 2_000), 2_000);
        assert_eq!(pace(false).next(Some(1_501), 2_000), 2_000);
        assert_eq!(pace(false).next(Some(2_000), 2_000), 2_001);
    }
}
