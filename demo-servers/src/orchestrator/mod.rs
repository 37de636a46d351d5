//! The component `orchestrator`: asks the agents round by round, counts their votes, and sends what they decide.

mod round;
mod routes;
mod state;
pub mod vote;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cryptofunk_metrics::{
    Component,
    agent::{CallError, McpClient},
    catalog::system,
    component,
    exporter::{Exporter, Settings},
};
use futures_util::StreamExt;
use round::Rounds;
use serde_json::json;
use state::State;
pub use state::{AgentState, Decision, Status};
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    bus::{
        self, Bus, BusError, Hub, Nats, Subject,
        message::{Control, Heartbeat, Signal},
    },
    domain::{
        self,
        orchestrator::{self as families, SignalResult},
    },
    market_data::{HISTORY, MarketData},
    order_executor::{OrderError, OrderExecutor, SessionStats},
    rest::Token,
    risk_analyzer::RiskAnalyzer,
    settings,
};

/// The agent that does not vote, but may object.
pub const RISK_AGENT: &str = "risk-agent";
/// How old the last round may be for the orchestrator to count as healthy.
const HEALTHY_WITHIN: Duration = Duration::from_secs(30);
/// How long to wait after a round that failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Conducts the agents.
#[derive(Debug)]
pub struct Orchestrator {
    bus: Arc<dyn Bus>,
    market: McpClient,
    executor: McpClient,
    analyzer: McpClient,
    run: String,
    pace: Pace,
    state: Mutex<State>,
}

/// Which ticks have rounds, and how long a round waits.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Every tick has a round, and each waits for every agent: two runs of one seed decide alike.
    repeatable: bool,
    patience: Duration,
}

impl Pace {
    fn next(self, last: Option<u64>, now: u64) -> u64 {
        match last {
            Some(last) if self.repeatable => last + 1,
            Some(last) => now.max(last + 1),
            None if self.repeatable => HISTORY + 1,
            None => now,
        }
    }
}

/// Collects signals, votes, checks risk and sends orders; sessions, pause and resume.
#[component(name = "orchestrator", port = 8081, metrics = [domain::orchestrator])]
impl Orchestrator {
    #[health_check]
    async fn bus(&self) -> Result<(), BusError> {
        self.bus.check().await
    }

    #[health_check]
    fn rounds(&self) -> Result<(), String> {
        let state = self.state();
        let age = state.last_round.elapsed();
        if age <= HEALTHY_WITHIN || state.paused {
            return Ok(());
        }
        let reason = state.last_error.as_deref().unwrap_or("nothing was decided");
        Err(format!("no round for {} s: {reason}", age.as_secs()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn publish(&self, subject: Subject, message: &impl serde::Serialize) -> Result<(), BusError> {
        self.bus.publish(subject, serde_json::to_vec(message).expect("messages are plain data")).await
    }

    /// Halts trading, or lets it go on.
    async fn set_paused(&self, paused: bool) -> Result<(), BusError> {
        self.state().paused = paused;
        tracing::info!(paused, "trading was {} by hand", if paused { "halted" } else { "resumed" });
        self.publish(Subject::Control, if paused { &Control::Pause } else { &Control::Resume }).await
    }

    /// The account at a tick, in a session that takes orders.
    async fn stats(&self, tick: u64, record: bool) -> Result<SessionStats, CallError> {
        let session = self.state().session_id.clone();
        let arguments = json!({ "session_id": session, "at": tick, "record": record });
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

    /// Starts the session of this run, goes on with it, or, if it has ended, starts another one.
    async fn start_session(&self) -> Result<SessionStats, CallError> {
        let mut number = 1;
        loop {
            let id = if number == 1 { self.run.clone() } else { format!("{}-{number}", self.run) };
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

    /// Plays round after round, for ever.
    async fn conduct(self: Arc<Self>, signals: mpsc::Receiver<Signal>) {
        let mut rounds = Rounds::new(Arc::clone(&self), signals);
        loop {
            let result = async {
                if self.state().session_id.is_none() {
                    self.start_session().await?;
                }
                rounds.next().await
            };
            let error = result.await.err().map(|error: round::RoundError| error.to_string());
            let failed = error.is_some();
            let known = std::mem::replace(&mut self.state().last_error, error.clone());
            if let Some(error) = error.filter(|error| known.as_ref() != Some(error)) {
                tracing::warn!("{error}");
            }
            if failed {
                sleep(PAUSE).await;
            }
        }
    }

    /// Hears agents, for ever.
    async fn hear(self: Arc<Self>, signals: mpsc::Sender<Signal>) {
        let known = |agent: &str| agent == RISK_AGENT || vote::WEIGHTS.iter().any(|(name, _)| *name == agent);
        loop {
            let subscribed =
                futures_util::try_join!(self.bus.subscribe(Subject::Signals), self.bus.subscribe(Subject::Heartbeats));
            match subscribed {
                Ok((mut spoken, mut beats)) => loop {
                    tokio::select! {
                        Some(message) = spoken.next() => match serde_json::from_slice::<Signal>(&message) {
                            Ok(signal) if known(&signal.agent) && signals.try_send(signal.clone()).is_ok() => {}
                            _ => families::signals_total(SignalResult::Dropped).inc(),
                        },
                        Some(message) = beats.next() => match serde_json::from_slice::<Heartbeat>(&message) {
                            Ok(heartbeat) if known(&heartbeat.agent) => self.state().beat(&heartbeat),
                            _ => tracing::warn!("a heartbeat cannot be read"),
                        },
                        else => break,
                    }
                },
                Err(error) => tracing::warn!("{error}"),
            }
            sleep(PAUSE).await;
        }
    }
}

/// Runs the orchestrator until `stop` completes.
pub async fn run(stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let ended = CancellationToken::new();
    let hub = Hub::new(ended.clone());
    // There from the start, whether or not there is a NATS.
    system::nats_messages_published_total(Subject::Signals);
    system::nats_messages_received_total(Subject::Signals);
    let (bus, passing): (Arc<dyn Bus>, _) = match bus::nats_url()? {
        Some(url) => (Arc::new(Nats::connect(&url).await?.counted()), None),
        None => (hub.clone(), Some(hub.routes())),
    };
    let repeatable = settings::variable("REPEATABLE", "true or false")?.unwrap_or(false);
    let orchestrator = Arc::new(Orchestrator {
        bus,
        market: McpClient::new(MarketData::NAME, settings::mcp_url_of::<MarketData>()?),
        executor: McpClient::new(OrderExecutor::NAME, settings::mcp_url_of::<OrderExecutor>()?),
        analyzer: McpClient::new(RiskAnalyzer::NAME, settings::mcp_url_of::<RiskAnalyzer>()?),
        run: settings::variable("RUN_ID", "a name")?.unwrap_or_else(|| format!("run-{}", state::now_ms())),
        pace: Pace { repeatable, patience: Duration::from_secs(if repeatable { 60 } else { 3 }) },
        state: Mutex::new(State::new()),
    });
    let settings = Settings::from_env(Orchestrator::PORT)?;
    let routes = routes::routes(&orchestrator, Token::new(settings::api_token_file()));
    let exporter = Exporter::of(&orchestrator).settings(&settings).merge(routes).merge(passing.unwrap_or_default());
    let bound = exporter.bind(settings.address).await?;
    cryptofunk_metrics::adapters::tokio::watch();
    tracing::info!("orchestrator on http://{}", bound.local_addr());

    let (sender, receiver) = mpsc::channel(10_000);
    let hearing = tokio::spawn(ended.clone().run_until_cancelled_owned(Arc::clone(&orchestrator).hear(sender)));
    let conducting = tokio::spawn(ended.clone().run_until_cancelled_owned(orchestrator.conduct(receiver)));
    bound
        .run_until(async {
            stop.await;
            ended.cancel();
        })
        .await;
    let _ = tokio::join!(hearing, conducting);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
