//! What the orchestrator remembers and tells: signals, decisions and agents since its start.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant, SystemTime},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bus::message::{Heartbeat, Signal},
    domain::orchestrator::Action,
};

/// Signals and decisions that are kept, of each.
const KEPT: usize = 5_000;
/// An agent whose last heartbeat is older is not heard any more.
const SILENT: Duration = Duration::from_secs(5);

/// What was decided on a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Decision {
    /// Its place since the orchestrator's start.
    pub number: u64,
    /// The tick that was decided on.
    pub tick: u64,
    /// The pair.
    pub symbol: String,
    /// What was decided: buy, sell, hold, no_consensus or vetoed.
    pub action: Action,
    /// The share of the voting weight behind it, from 0 to 1.
    pub consensus: f64,
    /// Why, for people.
    pub reason: String,
    /// The order that followed.
    pub order_id: Option<String>,
    /// When, in milliseconds since 1970.
    pub decided_ms: i64,
}

/// An agent, as it was heard of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct AgentState {
    /// Its name.
    pub agent: String,
    /// Whether it says that it is healthy, and was heard of in the last seconds.
    pub healthy: bool,
    /// The age of its last heartbeat in seconds.
    pub last_heartbeat_seconds: Option<f64>,
    /// How many signals have come from it.
    pub signals: u64,
    /// The last one.
    pub last_signal: Option<Signal>,
}

/// What goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Status {
    /// Whether somebody has halted trading.
    pub paused: bool,
    /// The session that orders belong to.
    pub session_id: Option<String>,
    /// The tick of the last round.
    pub tick: Option<u64>,
    /// How many rounds there were.
    pub rounds: u64,
    /// How many decisions there were.
    pub decisions: u64,
    /// How many signals came.
    pub signals: u64,
    /// Agents that are healthy.
    pub healthy_agents: usize,
    /// Why the last round failed, if it did.
    pub last_error: Option<String>,
}

/// Everything that is remembered.
#[derive(Debug)]
pub(super) struct State {
    pub(super) paused: bool,
    pub(super) session_id: Option<String>,
    pub(super) tick: Option<u64>,
    pub(super) rounds: u64,
    pub(super) last_error: Option<String>,
    pub(super) decided: u64,
    pub(super) heard: u64,
    pub(super) signals: VecDeque<Signal>,
    pub(super) decisions: VecDeque<Decision>,
    agents: BTreeMap<String, Agent>,
}

#[derive(Debug, Default)]
struct Agent {
    heartbeat: Option<(Instant, bool)>,
    signals: u64,
    last: Option<Signal>,
}

impl State {
    pub(super) fn new() -> Self {
        State {
            paused: false,
            session_id: None,
            tick: None,
            rounds: 0,
            last_error: None,
            decided: 0,
            heard: 0,
            signals: VecDeque::new(),
            decisions: VecDeque::new(),
            agents: BTreeMap::new(),
        }
    }

    /// A signal of a known agent came.
    pub(super) fn hear(&mut self, signal: &Signal) {
        self.heard += 1;
        let agent = self.agents.entry(signal.agent.clone()).or_default();
        agent.signals += 1;
        agent.last = Some(signal.clone());
        push(&mut self.signals, signal.clone());
    }

    /// A heartbeat of a known agent came.
    pub(super) fn beat(&mut self, heartbeat: &Heartbeat) {
        self.agents.entry(heartbeat.agent.clone()).or_default().heartbeat = Some((Instant::now(), heartbeat.healthy));
    }

    pub(super) fn decide(&mut self, mut decision: Decision) -> Decision {
        self.decided += 1;
        decision.number = self.decided;
        push(&mut self.decisions, decision.clone());
        decision
    }

    pub(super) fn agents(&self) -> Vec<AgentState> {
        let agents = self.agents.iter().map(|(name, agent)| {
            let age = agent.heartbeat.map(|(at, _)| at.elapsed());
            AgentState {
                agent: name.clone(),
                healthy: agent.heartbeat.is_some_and(|(at, healthy)| healthy && at.elapsed() < SILENT),
                last_heartbeat_seconds: age.map(|age| age.as_secs_f64()),
                signals: agent.signals,
                last_signal: agent.last.clone(),
            }
        });
        agents.collect()
    }

    pub(super) fn status(&self) -> Status {
        Status {
            paused: self.paused,
            session_id: self.session_id.clone(),
            tick: self.tick,
            rounds: self.rounds,
            decisions: self.decided,
            signals: self.heard,
            healthy_agents: self.agents().iter().filter(|agent| agent.healthy).count(),
            last_error: self.last_error.clone(),
        }
    }
}

fn push<T>(kept: &mut VecDeque<T>, one: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(one);
}

pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
