//! What generated code says of the tools of a block.

use std::time::Duration;

use rmcp::model::{CallToolResponse, Tool};

use super::{arguments::Arguments, failure::Failure};
use futures_util::future::BoxFuture;

/// A tool at work.
pub type ToolFuture<'a> = BoxFuture<'a, Result<CallToolResponse, Failure>>;

/// A tool of the type `S`.
#[derive(Debug, Clone, Copy)]
pub struct ToolEntry<S: 'static> {
    pub info: ToolInfo,
    /// Runs it.
    pub call: for<'a> fn(Arguments<'a, S>) -> ToolFuture<'a>,
}

/// What does not depend on whose tool it is.
#[derive(Debug, Clone, Copy)]
pub struct ToolInfo {
    /// How long a call may take.
    pub timeout: Option<fn() -> Duration>,
    /// Its description for `tools/list`.
    pub describe: fn() -> Tool,
}
