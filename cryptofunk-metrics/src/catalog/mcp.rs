//! What MCP servers expose that say no families of their own.

pub use crate::conventions::mcp::{ErrorType, Method, ProtocolVersion, Server, Status, Tool, Transport};
use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", convention = "mcp", lazy)]
#[convention(without(component))]
mod declarations {}
pub use declarations::*;
