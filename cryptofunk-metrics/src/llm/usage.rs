use std::time::Duration;

/// What a language model's answer has cost.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it has cost",
    label = "an LLM call returns `Result<C, E>` with an answer `C`, which knows its tokens",
    note = "implement `cryptofunk_metrics::llm::LlmUsage` for `{Self}`"
)]
pub trait LlmUsage {
    /// Tokens of the question, as the provider counts them.
    fn prompt_tokens(&self) -> u64;
    /// Tokens of the answer, as the provider counts them.
    fn completion_tokens(&self) -> u64;
}

/// Why an analysis or an LLM call with a `timeout` was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no result within {0:?}")]
pub struct TimedOut(
    /// The timeout.
    pub Duration,
);
