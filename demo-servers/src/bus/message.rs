//! What is sent.

use cryptofunk_metrics::trace::TraceContext;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::agents::Advice;

/// A message as it goes over the bus: with the trace in which it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traced<M> {
    /// What is said.
    #[serde(flatten)]
    pub message: M,
    /// The span of the sender.
    #[serde(default, skip_serializing_if = "TraceContext::is_empty")]
    pub trace: TraceContext,
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_trace_or_none() {
        let round = Control::Round { tick: u64::MAX, symbols: vec!["BTC-USD".to_owned()], attempt: "a-1".to_owned() };
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let trace: TraceContext = [("traceparent".to_owned(), parent.to_owned())].into_iter().collect();
        for traced in
            [Traced { message: round.clone(), trace }, Traced { message: round, trace: TraceContext::default() }]
        {
            let sent = serde_json::to_string(&traced).expect("plain data");
            assert_eq!(sent.contains("trace"), !traced.trace.is_empty(), "{sent}");
            assert_eq!(serde_json::from_str::<Traced<Control>>(&sent).expect("the same"), traced);
        }
    }
}
