//! The convention `llm`: calls of language models by any kind of component.

use super::{component::Component, mcp::Status};
use crate::cell::{Counter, Histogram};

/// The label `provider`: who answers LLM calls. Of values computed at run time, 64 are kept; later ones count as `other`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Provider(pub &'static str);

/// The label `model`: the model that answers. Of values computed at run time, 256 are kept; later ones count as `other`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Model(pub &'static str);

/// The label `type` of tokens: those of the question or of the answer.
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
