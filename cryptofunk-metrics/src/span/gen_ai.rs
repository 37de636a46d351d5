//! The spans of analyses and LLM calls.

use tracing::{field::Empty, info_span, instrument::Instrumented};

use super::recorded::CallSpan;
use crate::{exemplar::Sampled, trace::TARGET};

/// Of an agent that analyses something.
#[derive(Debug)]
pub(crate) struct AgentSpan(CallSpan);

impl AgentSpan {
    pub(crate) fn start(agent: &'static str) -> Self {
        AgentSpan(CallSpan::new(info_span!(
            target: TARGET,
            "gen_ai.agent",
            "otel.name" = format!("invoke_agent {agent}"),
            "otel.kind" = "internal",
            "gen_ai.operation.name" = "invoke_agent",
            "gen_ai.agent.name" = agent,
            "error.type" = Empty,
        )))
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        self.0.around(work)
    }

    pub(crate) fn failed(&self, kind: &str) {
        self.0.fail(kind, None, "");
    }

    pub(crate) fn sampled(&self) -> Sampled {
        self.0.sampled()
    }
}

/// Of a call of a language model.
#[derive(Debug)]
pub(crate) struct LlmSpan(CallSpan);

impl LlmSpan {
    pub(crate) fn start(operation: &str, provider: &str, model: &str) -> Self {
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        LlmSpan(CallSpan::new(info_span!(
            target: TARGET,
            "gen_ai.client",
            "otel.name" = given(model).map_or_else(|| operation.to_owned(), |model| format!("{operation} {model}")),
            "otel.kind" = "client",
            "gen_ai.operation.name" = operation,
            "gen_ai.provider.name" = given(provider),
            "gen_ai.request.model" = given(model),
            "gen_ai.usage.input_tokens" = Empty,
            "gen_ai.usage.output_tokens" = Empty,
            "error.type" = Empty,
        )))
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        self.0.around(work)
    }

    /// The answer cost so many tokens.
    pub(crate) fn used(&self, prompt: u64, completion: u64) {
        if let Some(span) = self.0.wanted() {
            // OpenTelemetry's integers have a sign.
            span.record("gen_ai.usage.input_tokens", i64::try_from(prompt).unwrap_or(i64::MAX));
            span.record("gen_ai.usage.output_tokens", i64::try_from(completion).unwrap_or(i64::MAX));
        }
    }

    pub(crate) fn failed(&self, kind: &str) {
        self.0.fail(kind, None, "");
    }

    pub(crate) fn sampled(&self) -> Sampled {
        self.0.sampled()
    }
}
