//! Instrumented agents: their analyses, their LLM calls and their calls of MCP servers are counted and timed.
//!
//! - [`#[agent]`](macro@crate::agent) turns an impl block into an [`Agent`]: its [`#[analysis]`](macro@crate::analysis) and its
//!   [`#[llm_call]`](macro@crate::llm_call)s are counted and timed.
//! - [`Steps`] calls an agent at an interval, goes on after errors and panics, and can be paused.
//! - `McpClient` (feature `mcp-client`) calls the tools of MCP servers, and records each call.
//!
//! # What is recorded
//!
//! | an analysis | signal, confidence | duration | health |
//! |---|---|---|---|
//! | returns a signal | counted by type, observed | observed | a success |
//! | returns an error, panics, or reaches its timeout | | observed | |
//! | is dropped before it ends | | observed | |
//!
//! The module [`llm`](crate::llm) says how LLM calls are recorded.
//!
//! The kind of a signal is a label of yours, closed or fixed. An agent may have no analysis, or several: they share its series.
//!
//! An agent with an analysis is healthy while its last success is at most [`Agent::HEALTHY_WITHIN`] old. If it sends heartbeats, the last
//! one that arrived must be as recent. The gauge `{namespace}_agent_healthy` and the check `agent` of `/health` say so.
//!
//! ```
//! use cryptofunk_metrics::{Agent, Label, agent, agent::AgentSignal, metrics, testing::Recording};
//!
//! #[derive(Label, Clone, Copy)]
//! pub enum Priority { Urgent, Later }
//!
//! #[metrics(namespace = "mail", convention = "agent")]
//! #[convention(signal = Priority)]
//! pub mod families {}
//!
//! struct Verdict(f64);
//!
//! impl AgentSignal for Verdict {
//!     type Kind = Priority;
//!     fn kind(&self) -> Priority {
//!         if self.0 > 0.5 { Priority::Urgent } else { Priority::Later }
//!     }
//!     fn confidence(&self) -> f64 {
//!         self.0
//!     }
//! }
//!
//! struct Sorter;
//!
//! /// Sorts support mail.
//! #[agent(name = "sorter", port = 9199, families = families)]
//! impl Sorter {
//!     #[analysis]
//!     async fn sort(&self, urgency: f64) -> Result<Verdict, std::convert::Infallible> {
//!         Ok(Verdict(urgency))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let recording = Recording::start();
//! Sorter.sort(0.9).await.ok();
//! let urgent = families::signals_total(cryptofunk_metrics::catalog::agent::Agent("sorter"), Priority::Urgent);
//! assert_eq!(recording.increase_of(urgent), 1);
//! # }
//! ```

mod agent_metrics;
#[cfg(feature = "mcp-client")]
mod call_error;
#[cfg(feature = "mcp-client")]
mod client;
#[cfg(feature = "mcp-client")]
mod client_metrics;
mod handle;
mod measure;
mod signal;
mod steps;

#[doc(hidden)]
pub use agent_metrics::AgentMetrics;
#[cfg(feature = "mcp-client")]
pub use call_error::CallError;
#[cfg(feature = "mcp-client")]
pub use client::McpClient;
pub use handle::Agent;
#[doc(hidden)]
pub use measure::{NoSignals, Signals, analysis, analysis_within};
pub use signal::AgentSignal;
pub use steps::{Pause, Steps};

pub use crate::llm::{LlmUsage, TimedOut};
