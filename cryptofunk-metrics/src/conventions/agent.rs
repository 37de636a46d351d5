//! The convention `agent`: what an agent exposes, under the names of the metrics guide.

use super::{
    llm::{Provider, TokenType},
    mcp::{Server, Status},
};
use crate::{
    cell::{Counter, Histogram, IntGauge},
    label::Part,
};

/// The label `agent`: an agent, by the name in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Agent(pub &'static str);

/// What a signal advises, as a text. `#[convention(signal = Advice)]` puts a label of yours in its place.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(fixed)]
pub struct SignalKind(pub &'static str);

families! {
    /// The families of a module with the convention `agent`, as far as it has not left them out.
    AgentFamilies {
        signals_total: fn(Agent, Part<'_>) -> Counter,
        analysis_duration_seconds: fn(Agent) -> Histogram,
        confidence: fn(Agent) -> Histogram,
        healthy: fn(Agent) -> IntGauge,
        llm_calls_total: fn(Agent, Provider, Status) -> Counter,
        llm_duration_seconds: fn(Agent, Provider) -> Histogram,
        llm_tokens_total: fn(Agent, Provider, TokenType) -> Counter,
        mcp_calls_total: fn(Agent, Server, Status) -> Counter,
        mcp_call_duration_seconds: fn(Agent, Server) -> Histogram,
    }
}
