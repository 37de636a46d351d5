//! What agents expose that say no families of their own.

pub use crate::conventions::{
    agent::{Agent, SignalKind},
    llm::{Provider, TokenType},
};
use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", convention = "agent", lazy)]
#[convention(without(component))]
mod declarations {}
pub use declarations::*;
