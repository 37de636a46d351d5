//! The convention `otel-gen-ai`: OpenTelemetry's metrics of clients of generative AI.

use super::llm::{Model, Provider};
use crate::cell::Histogram;

/// The label `gen_ai_operation_name`: `chat` or `embeddings`, as the key `operation` of `#[llm_call]` says.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct OperationName(pub &'static str);

/// Why an operation failed; empty for a success.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
pub enum ErrorType {
    /// The operation succeeded.
    #[label(rename = "")]
    None,
    /// There was no answer in time.
    Timeout,
    /// The caller stopped waiting for the answer.
    Cancelled,
    /// Another error.
    #[label(rename = "_OTHER")]
    Other,
}

/// Which side of an operation tokens belong to.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy, PartialEq, Eq)]
#[label(on_demand)]
#[non_exhaustive]
pub enum TokenType {
    /// What was sent.
    Input,
    /// What came back.
    Output,
}

families! {
    /// The families of a module with the convention `otel-gen-ai`, as far as it has not left them out.
    OtelGenAiFamilies {
        gen_ai_client_operation_duration_seconds: fn(OperationName, Provider, Model, ErrorType) -> Histogram,
        gen_ai_client_token_usage: fn(OperationName, Provider, Model, TokenType) -> Histogram,
    }
}
