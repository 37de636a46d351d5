//! What is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::agents::Advice;

/// An agent's opinion on a pair at a tick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Signal {
    /// Who says it.
    pub agent: String,
    /// The pair.
    pub symbol: String,
    /// The tick that was looked at.
    pub tick: u64,
    /// What it advises.
    pub advice: Advice,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// Why, for people.
    pub reason: String,
    /// That nothing may be bought now; only the risk agent says so.
    #[serde(default)]
    pub veto: bool,
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Heartbeat {
    /// Whose.
    pub agent: String,
    /// Whether it counts as healthy.
    pub healthy: bool,
}

/// What the orchestrator tells the agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub(crate) enum Control {
    /// Say what you think of these pairs at this tick.
    Round {
        /// The tick.
        tick: u64,
        /// The pairs.
        symbols: Vec<String>,
        /// Which attempt this is: a round that was cut off is played again, and everybody is asked anew. Said again with the same
        /// word, it is for those who have not answered yet.
        attempt: String,
    },
    /// Rest.
    Pause,
    /// Go on.
    Resume,
}
