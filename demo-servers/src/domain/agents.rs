//! What agents advise, and what they expose.

use cryptofunk_metrics::{Label, metrics};

/// What a signal advises.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalType {
    /// Buy.
    Buy,
    /// Sell.
    Sell,
    /// Do nothing.
    Hold,
}

/// Everything that an agent may expose.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = SignalType, without(component))]
pub mod every {}

/// Agents that call MCP servers and no language model.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = SignalType, without(llm_calls_total, llm_duration_seconds, llm_tokens_total))]
pub mod calling {}

/// Agents that ask a language model and call no MCP server.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = SignalType, without(mcp_calls_total, mcp_call_duration_seconds))]
pub mod reading {}
