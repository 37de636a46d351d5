//! The component `orchestrator`: asks the agents round by round, counts their votes, and sends what they decide.

mod conductor;
mod round;
mod routes;
mod run;
mod state;
pub mod vote;

pub use conductor::Orchestrator;
pub use run::run;
pub use state::{AgentState, Decision, Status};
