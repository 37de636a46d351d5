//! What the orchestrator exposes about votes and sessions.

use cryptofunk_metrics::{Label, metrics};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was decided.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ActionName")]
#[allow(missing_docs, reason = "`NoConsensus` is a vote without a result, `Vetoed` one that was objected to")]
pub enum Action {
    Buy,
    Sell,
    Hold,
    NoConsensus,
    Vetoed,
}

/// What became of a signal that arrived.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalResult {
    /// It takes part in the vote.
    Accepted,
    /// It came too late.
    Stale,
    /// It could not be read, or nobody was there to take it.
    Dropped,
}

#[metrics(namespace = "cryptofunk", subsystem = "orchestrator", lazy)]
mod declarations {
    /// Decisions by action.
    pub fn decisions_total(action: Action) -> Counter;

    /// Time from the first signal of a round to its decision.
    #[metric(buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])]
    pub fn voting_duration_seconds() -> Histogram;

    /// Share of the voting weight behind the winning side, from 0 to 1.
    #[metric(buckets = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])]
    pub fn consensus_ratio() -> Histogram;

    /// Signals that arrived, by what became of them.
    pub fn signals_total(result: SignalResult) -> Counter;

    /// Trading sessions that are open now.
    pub fn sessions_active() -> IntGauge;
}
pub use declarations::*;
