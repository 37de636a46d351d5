//! What servers and components expose of their LLM calls that say no families of their own.

pub use crate::conventions::llm::{Model, Provider, TokenType};
use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", convention = "llm", lazy)]
#[convention(without(component))]
mod declarations {}
pub use declarations::*;
