//! The component `orchestrator`: asks the agents round by round, counts their votes, and sends what they decide.

mod admission;
mod conductor;
mod round;
mod routes;
mod run;
mod state;
pub(crate) mod vote;

pub use conductor::Orchestrator;
pub(crate) use run::run;
pub(crate) use state::{AgentState, Decision, Status};
