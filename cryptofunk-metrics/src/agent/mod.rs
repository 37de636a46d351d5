//! Instrumented agents: what they conclude, how long they need, what they ask.
//!
//! - [`#[agent]`](macro@crate::agent) turns an impl block into an [`Agent`]: its [`#[analysis]`](macro@crate::analysis) and its
//!   [`#[llm_call]`](macro@crate::llm_call)s are counted and timed.
//! - [`Steps`] calls an agent again and again, outlives its errors and panics, and can be paused.
//! - `McpClient` (feature `mcp-client`) calls the tools of MCP servers, and records each call.
//!
//! # What is recorded
//!
//! | an analysis | signal, confidence | duration | health |
//! |---|---|---|---|
//! | returns a signal | counted by type, observed | observed | a success |
//! | returns an error, panics, or has had its time | | observed | |
//! | is dropped, because nobody waits for it any more | | observed | |
//!
//! An LLM call is recorded whatever happens: `success` for `Ok`, with the tokens of the answer; `error` for `Err`, a panic and
//! a timeout; `cancelled` when it is dropped. Its duration is observed in every case. A panic goes on to the caller.
//!
//! An agent is healthy while its last success is not older than [`Agent::HEALTHY_WITHIN`]; so is, if it sends heartbeats, the
//! last that arrived. That is the gauge `cryptofunk_agent_healthy` and the check `agent` of `/health`.
//!
//! ```
//! use cryptofunk_metrics::{Agent, agent, agent::{AgentSignal, SignalType}, catalog::agent as families, testing::Recording};
//!
//! struct Advice(f64);
//!
//! impl AgentSignal for Advice {
//!     fn kind(&self) -> SignalType {
//!         if self.0 > 0.5 { SignalType::Buy } else { SignalType::Hold }
//!     }
//!     fn confidence(&self) -> f64 {
//!         self.0
//!     }
//! }
//!
//! struct Optimist;
//!
//! /// Sees reasons to buy.
//! #[agent(name = "optimist", port = 9199)]
//! impl Optimist {
//!     #[analysis]
//!     async fn analyze(&self, mood: f64) -> Result<Advice, std::convert::Infallible> {
//!         Ok(Advice(mood))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let recording = Recording::start();
//! Optimist.analyze(0.9).await.ok();
//! let bought = families::signals_total(families::Agent("optimist"), SignalType::Buy);
//! assert_eq!(recording.increase_of(bought), 1);
//! # }
//! ```

#[cfg(feature = "mcp-client")]
mod client;
mod measure;
mod series;
mod steps;

use std::time::Duration;

#[cfg(feature = "mcp-client")]
pub use client::{CallError, McpClient};
#[doc(hidden)]
pub use measure::{analysis, analysis_within, llm_call, llm_call_within};
#[doc(hidden)]
pub use series::Series;
pub use steps::{Pause, Steps};

use crate::Component;
pub use crate::catalog::agent::SignalType;

/// What an analysis concludes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no signal",
    label = "an analysis returns `Result<S, E>` with a signal `S`, which has a type and a confidence",
    note = "implement `cryptofunk_metrics::agent::AgentSignal` for `{Self}`"
)]
pub trait AgentSignal {
    /// What it advises.
    fn kind(&self) -> SignalType;
    /// How sure the agent is, from 0 to 1.
    fn confidence(&self) -> f64;
}

/// What a language model's answer has cost.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it has cost",
    label = "an LLM call returns `Result<C, E>` with an answer `C`, which knows its tokens",
    note = "implement `cryptofunk_metrics::agent::LlmUsage` for `{Self}`"
)]
pub trait LlmUsage {
    /// Tokens of the question.
    fn prompt_tokens(&self) -> u64;
    /// Tokens of the answer.
    fn completion_tokens(&self) -> u64;
}

/// Why an analysis or an LLM call with a `timeout` was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no result within {0:?}")]
pub struct TimedOut(
    /// The timeout.
    pub Duration,
);

/// An agent whose work is measured; [`#[agent]`](macro@crate::agent) implements it.
pub trait Agent: Component {
    /// The providers of its LLM calls.
    const PROVIDERS: &'static [&'static str];
    /// How old the last success may be for the agent to count as healthy.
    const HEALTHY_WITHIN: Duration = Duration::from_secs(30);

    /// Says that a heartbeat has arrived where it was sent. From the first on, the agent's health depends on them.
    fn heartbeat_arrived() {
        Self::__series().heartbeat_arrived();
    }

    /// Whether the agent counts as healthy now.
    fn is_healthy() -> bool {
        Self::__series().health().is_ok()
    }

    #[doc(hidden)]
    fn __series() -> &'static Series;
}
