//! The convention `llm`: calls of language models by any kind of component.

use super::{component::Component, mcp::Status};
use crate::cell::{Counter, Histogram};

/// Who answers LLM calls. Values that are computed at run time are kept up to a budget of 64; later ones count as `other`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Provider(pub &'static str);

/// The model that answers. Values that are computed at run time are kept up to a budget of 256; later ones count as `other`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Model(pub &'static str);

/// Which side of an LLM call tokens belong to.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// What was sent.
    Prompt,
    /// What came back.
    Completion,
}

families! {
    /// The families of a module with the convention `llm`, as far as it has not left them out.
    LlmFamilies {
        calls_total: fn(Component, Provider, Model, Status) -> Counter,
        call_duration_seconds: fn(Component, Provider, Model) -> Histogram,
        tokens_total: fn(Component, Provider, Model, TokenType) -> Counter,
    }
}
