//! A type that stands for its values.

use std::marker::PhantomData;

use rmcp::model::CallToolResponse;

use super::failure::Failure;

/// What a tool answers.
pub(super) type ToolResult = Result<CallToolResponse, Failure>;

/// A type that stands for its values, and for a `Result` the type of its value.
pub struct Tag<T>(pub(super) PhantomData<fn() -> T>);

impl<T> Tag<T> {
    /// The type of this value.
    pub fn of(_: &T) -> Self {
        Tag(PhantomData)
    }
}
