//! The convention `agent`: what an agent exposes, under the names of the metrics guide.

use super::{
    llm::{Provider, TokenType},
    mcp::{Server, Status},
};
use cryptofunk_metrics_catalog::descriptor::LabelValues;

use crate::{
    cell::{Counter, Histogram, IntGauge},
    label::Part,
};

/// An agent, by the name in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Agent(pub &'static str);

/// What a signal advises, as the text of the user's label; `#[convention(signal = Advice)]` puts the label itself in its place.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(fixed)]
pub struct SignalKind(pub &'static str);

/// The families of a module with the convention `agent`, as far as it has not left them out.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each field is the family of its name")]
pub struct AgentFamilies {
    pub signals_total: Option<fn(Agent, Part<'_>) -> Counter>,
    /// Where the values of the label of `signals_total` come from.
    pub signal: LabelValues,
    pub analysis_duration_seconds: Option<fn(Agent) -> Histogram>,
    pub confidence: Option<fn(Agent) -> Histogram>,
    pub healthy: Option<fn(Agent) -> IntGauge>,
    pub llm_calls_total: Option<fn(Agent, Provider, Status) -> Counter>,
    pub llm_duration_seconds: Option<fn(Agent, Provider) -> Histogram>,
    pub llm_tokens_total: Option<fn(Agent, Provider, TokenType) -> Counter>,
    pub mcp_calls_total: Option<fn(Agent, Server, Status) -> Counter>,
    pub mcp_call_duration_seconds: Option<fn(Agent, Server) -> Histogram>,
}
