//! What agents advise, and what they expose.

use cryptofunk_metrics::{Label, metrics};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What to do with a pair: the kind of an agent's signals.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "there are three")]
pub enum Advice {
    Buy,
    Sell,
    Hold,
}

/// Everything that an agent may expose.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = Advice, without(component))]
pub mod every {}

/// Agents that call MCP servers and no language model.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = Advice, without(llm_calls_total, llm_duration_seconds, llm_tokens_total))]
pub mod calling {}

/// Agents that ask a language model and call no MCP server.
#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(signal = Advice, without(mcp_calls_total, mcp_call_duration_seconds))]
pub mod reading {}
