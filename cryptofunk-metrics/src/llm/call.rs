//! Around the body of an LLM call. It is recorded when a guard is dropped, so also when the future is.

use std::time::Duration;

use super::usage::{LlmUsage, TimedOut};
use crate::{
    any_result::AnyResult,
    clock,
    component::Component,
    conventions::{
        Families, agent,
        component::Component as ComponentName,
        llm::{Model, Provider, TokenType},
        mcp::Status,
        otel_gen_ai::{self, OperationName},
    },
    exemplar::Sampled,
    intern::Interner,
    label::Label,
    span::LlmSpan,
};

static PROVIDERS: Interner = Interner::new(64);
static MODELS: Interner = Interner::new(256);
static OPERATIONS: Interner = Interner::new(16);

/// What was asked, and of whom.
#[derive(Clone, Copy)]
struct Asked {
    families: Families,
    component: &'static str,
    provider: Provider,
    model: Model,
    operation: OperationName,
}

impl Asked {
    fn of<C: Component + ?Sized>(provider: &str, model: &str, operation: &str) -> Self {
        Asked {
            families: C::FAMILIES,
            component: C::NAME,
            provider: Provider(PROVIDERS.get(provider)),
            model: Model(MODELS.get(model)),
            operation: OperationName(OPERATIONS.get(operation)),
        }
    }

    fn agent(&self) -> agent::Agent {
        agent::Agent(self.component)
    }

    fn ended(&self, status: Status, error: otel_gen_ai::ErrorType, ticks: u64, span: Sampled) {
        let Asked { provider, model, operation, .. } = *self;
        let (agent, component) = (self.agent(), ComponentName(self.component));
        let Families { agent: of_agents, llm, otel_gen_ai: otel, .. } = self.families;
        of_agents.llm_calls_total.inspect(|family| span.inc(family(agent, provider, status)));
        of_agents.llm_duration_seconds.inspect(|family| span.observe_ticks(family(agent, provider), ticks));
        llm.calls_total.inspect(|family| span.inc(family(component, provider, model, status)));
        llm.call_duration_seconds.inspect(|family| span.observe_ticks(family(component, provider, model), ticks));
        let family = otel.gen_ai_client_operation_duration_seconds;
        family.inspect(|family| span.observe_ticks(family(operation, provider, model, error), ticks));
    }

    fn tokens(&self, prompt: u64, completion: u64, span: Sampled) {
        let Asked { provider, model, operation, .. } = *self;
        for (side, count) in [(TokenType::Prompt, prompt), (TokenType::Completion, completion)] {
            if let Some(family) = self.families.agent.llm_tokens_total {
                span.inc_by(family(self.agent(), provider, side), count);
            }
            if let Some(family) = self.families.llm.tokens_total {
                span.inc_by(family(ComponentName(self.component), provider, model, side), count);
            }
            if let Some(family) = self.families.otel_gen_ai.gen_ai_client_token_usage {
                let side = match side {
                    TokenType::Prompt => otel_gen_ai::TokenType::Input,
                    TokenType::Completion => otel_gen_ai::TokenType::Output,
                };
                span.observe(family(operation, provider, model, side), count as f64);
            }
        }
    }
}

/// Exposes the series of a call whose provider and model are written in the code.
pub fn expose<C: Component + ?Sized>(provider: &str, model: &str, operation: &str) {
    let asked = Asked::of::<C>(provider, model, operation);
    let Asked { provider, model, .. } = asked;
    let (agent, component) = (asked.agent(), ComponentName(asked.component));
    // One value of a closed label brings the others.
    let families = asked.families.agent;
    let _ = families.llm_calls_total.map(|family| family(agent, provider, Status::Success));
    let _ = families.llm_duration_seconds.map(|family| family(agent, provider));
    let _ = families.llm_tokens_total.map(|family| family(agent, provider, TokenType::Prompt));
    let families = asked.families.llm;
    let _ = families.calls_total.map(|family| family(component, provider, model, Status::Success));
    let _ = families.call_duration_seconds.map(|family| family(component, provider, model));
    let _ = families.tokens_total.map(|family| family(component, provider, model, TokenType::Prompt));
}

/// A call that waits for its answer. It is recorded when this is dropped.
pub struct Call {
    asked: Asked,
    span: LlmSpan,
    status: Status,
    error: otel_gen_ai::ErrorType,
    start: u64,
}

impl Call {
    /// A call that begins.
    pub fn start<C: Component + ?Sized>(provider: &str, model: &str, operation: &str) -> Self {
        Call {
            asked: Asked::of::<C>(provider, model, operation),
            span: LlmSpan::start(operation, provider, model),
            status: Status::Cancelled,
            error: otel_gen_ai::ErrorType::Cancelled,
            start: clock::now(),
        }
    }

    fn answered(&mut self, result: &impl AnyResult<Ok: LlmUsage>) {
        (self.status, self.error) = match result.as_result() {
            Ok(answer) => {
                let (prompt, completion) = (answer.prompt_tokens(), answer.completion_tokens());
                self.asked.tokens(prompt, completion, self.span.sampled());
                self.span.used(prompt, completion);
                (Status::Success, otel_gen_ai::ErrorType::None)
            }
            Err(_) => (Status::Error, otel_gen_ai::ErrorType::Other),
        };
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.status, self.error) = (Status::Error, otel_gen_ai::ErrorType::Other);
        }
        if self.status != Status::Success {
            self.span.failed(self.error.label_value());
        }
        let ticks = clock::now().saturating_sub(self.start);
        self.asked.ended(self.status, self.error, ticks, self.span.sampled());
    }
}

/// Measures an LLM call.
pub async fn measure<R: AnyResult<Ok: LlmUsage>>(mut call: Call, work: impl Future<Output = R>) -> R {
    let result = call.span.around(work).await;
    call.answered(&result);
    result
}

/// Measures an LLM call, and ends it when it takes too long.
pub async fn measure_within<R: AnyResult<Ok: LlmUsage, Err: From<TimedOut>>>(
    mut call: Call,
    limit: Duration,
    work: impl Future<Output = R>,
) -> R {
    match tokio::time::timeout(limit, call.span.around(work)).await {
        Ok(result) => {
            call.answered(&result);
            result
        }
        Err(_) => {
            (call.status, call.error) = (Status::Error, otel_gen_ai::ErrorType::Timeout);
            R::failed(TimedOut(limit).into())
        }
    }
}
