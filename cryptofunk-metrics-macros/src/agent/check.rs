use syn::ReturnType;

use super::parse::{Agent, Kind, Measured};
use crate::{component, diagnostics::Diagnostics, signature};

pub(super) fn agent(agent: &Agent, errors: &mut Diagnostics) {
    let ty = &agent.block.self_ty;
    component::header(&agent.header, ty, errors);
    if agent.description.is_none() && errors.is_empty() {
        errors.error(
            ty,
            "this agent needs a doc comment on its impl block: it is what its page and the documents say of it",
        );
    }
    for measured in &agent.measured {
        self::measured(measured, errors);
    }
    let mut analyses = agent.measured.iter().filter(|measured| matches!(measured.kind, Kind::Analysis));
    match (analyses.next(), analyses.next()) {
        (None, _) if errors.is_empty() => {
            errors.error(ty, "this agent analyses nothing: mark the method that makes its signals with `#[analysis]`");
        }
        (Some(first), Some(second)) => errors.error(
            &second.method.sig.ident,
            format!(
                "an agent has one analysis, whose series carry the agent's name alone; the other one is the method `{}`",
                first.method.sig.ident
            ),
        ),
        _ => {}
    }
    component::checks(&agent.checks, errors);
}

fn measured(measured: &Measured, errors: &mut Diagnostics) {
    let Measured { method, kind, .. } = measured;
    let attribute = measured.attribute();
    let (what, ok) = match kind {
        Kind::Analysis => ("an analysis", "a signal (a type that implements `AgentSignal`)"),
        Kind::LlmCall { .. } => ("an LLM call", "an answer with its tokens (a type that implements `LlmUsage`)"),
    };
    let ident = &method.sig.ident;
    component::receiver(&format!("{what} runs beside others"), method, errors);
    if method.sig.asyncness.is_none() {
        errors.error(
            method.sig.fn_token,
            format!("{what} is `async fn {ident}`, so that one that is late or not wanted any more can be ended"),
        );
    }
    let returns = match &method.sig.output {
        ReturnType::Type(_, ty) => signature::last_word(ty).is_some_and(|word| word.to_string().ends_with("Result")),
        ReturnType::Default => false,
    };
    if !returns {
        let message = format!("`#[{attribute}]` needs `Result<T, E>`: {ok}, or the reason why there is none");
        match &method.sig.output {
            ReturnType::Type(_, ty) => errors.error(ty, message),
            ReturnType::Default => errors.error(ident, message),
        }
    }
    if let Kind::LlmCall { provider, keys_are_right } = kind {
        match provider {
            Some(provider) if !is_provider(&provider.value()) => errors.error(
                provider,
                format!(
                    "`{}` cannot be the name of a provider: use lower-case letters, digits, `-`, `_` and `.`, as in `openai`",
                    provider.value()
                ),
            ),
            None if *keys_are_right => errors.error(
                ident,
                "this LLM call needs a provider, the value of its `provider` label: `#[llm_call(provider = \"openai\")]`",
            ),
            _ => {}
        }
    }
}

fn is_provider(name: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    (1..=63).contains(&name.len()) && name.bytes().all(ok)
}
